//! Whom the server answers: requests that name this machine.
//!
//! A page elsewhere can have its own name resolve to 127.0.0.1 and so read, as itself, what a local server says ("DNS
//! rebinding"). Its requests still carry its name in `Host`, so only names of this machine are answered.

use std::net::IpAddr;

/// The names that are answered beside those of this machine's addresses.
#[derive(Debug, Clone, Default)]
pub(super) struct Hosts {
    /// The name that was given to `--host`, in lower case.
    pub(super) own: Option<String>,
    /// The addresses of this machine in its networks, where those are served.
    pub(super) networks: Vec<IpAddr>,
}

impl Hosts {
    /// Whether a request with this `Host` header, which came in at the address `local`, is answered.
    pub(super) fn allow(&self, header: &str, local: IpAddr) -> bool {
        let name = name_of(header).to_ascii_lowercase();
        if name == "localhost" || self.own.as_ref() == Some(&name) {
            return true;
        }
        let literal = name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(&name);
        match literal.parse::<IpAddr>() {
            Ok(address) => {
                address.is_loopback()
                    || address.to_canonical() == local.to_canonical()
                    || self.networks.contains(&address)
            }
            Err(_) => false,
        }
    }
}

/// The name in a `Host` header, without port and the dot that may end it.
fn name_of(header: &str) -> &str {
    let end = header.rfind(']').unwrap_or(0);
    let name = header[end..].rfind(':').map_or(header, |colon| &header[..end + colon]);
    name.strip_suffix('.').unwrap_or(name)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_answered_and_no_other_name() {
        let hosts = Hosts {
            own: Some("li-pc.local".to_owned()),
            networks: vec!["10.0.0.7".parse().unwrap()],
        };
        let local: IpAddr = "192.168.1.5".parse().unwrap();
        for header in [
            "localhost",
            "LOCALHOST:4000",
            "localhost.:4000",
            "127.0.0.1:4000",
            "127.1.2.3",
            "[::1]:4000",
            "[::1]",
            "192.168.1.5:4000",
            "Li-PC.local:4000",
            "10.0.0.7",
        ] {
            assert!(hosts.allow(header, local), "{header}");
        }
        for header in [
            "",
            ":4000",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:4000",
            "192.168.1.6",
            "[::2]:80",
            "[",
            "]:",
            "evil@localhost",
            "127.0.0.1:4000:1",
        ] {
            assert!(!hosts.allow(header, local), "{header}");
        }
    }

    #[test]
    fn an_address_seen_through_ipv6_is_the_same_address() {
        let mapped: IpAddr = "::ffff:192.168.1.5".parse().unwrap();
        assert!(Hosts::default().allow("192.168.1.5:4000", mapped));
    }
}
