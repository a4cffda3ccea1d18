//! Which requests the server answers: those whose host is a name of this machine.
//!
//! A foreign site can let its own name resolve to 127.0.0.1, and so read the answers of a local server as its own ("DNS
//! rebinding"). Its requests still carry its name in `Host`, so only requests with a name of this machine are answered.

use std::net::IpAddr;

/// The host names that are allowed in addition to the addresses of this machine.
#[derive(Debug, Clone, Default)]
pub(super) struct AllowedHosts {
    /// The name given to `--host`, in lower case.
    pub(super) host_name: Option<String>,
    /// The addresses of this machine in its networks, if the server listens on them.
    pub(super) network_ips: Vec<IpAddr>,
}

impl AllowedHosts {
    /// Whether a request with this `Host` header, which came in at the address `local`, is answered.
    pub(super) fn is_allowed(&self, header: &str, local: IpAddr) -> bool {
        let name = host_without_port(header).to_ascii_lowercase();
        if name == "localhost" || self.host_name.as_ref() == Some(&name) {
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
                    || self.network_ips.contains(&address)
            }
            Err(_) => false,
        }
    }
}

/// The name in a `Host` header, without the port and a trailing dot.
fn host_without_port(header: &str) -> &str {
    let end = header.rfind(']').unwrap_or(0);
    let name = header[end..].rfind(':').map_or(header, |colon| &header[..end + colon]);
    name.strip_suffix('.').unwrap_or(name)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_allowed() {
        let hosts = AllowedHosts {
            host_name: Some("li-pc.local".to_owned()),
            network_ips: vec!["10.0.0.7".parse().unwrap()],
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
            assert!(hosts.is_allowed(header, local), "{header}");
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
            assert!(!hosts.is_allowed(header, local), "{header}");
        }
    }

    #[test]
    fn ipv4_mapped_address_is_allowed() {
        let mapped: IpAddr = "::ffff:192.168.1.5".parse().unwrap();
        assert!(AllowedHosts::default().is_allowed("192.168.1.5:4000", mapped));
    }
}
