//! Where the server can be reached: its port, and its addresses in the network.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs as _, UdpSocket};

/// How many ports after the requested one are tried.
const EXTRA_PORTS: u16 = 20;

/// A port that is open for connections.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(super) listener: TcpListener,
    pub(super) host_name: Option<String>,
    address: SocketAddr,
}

impl Listener {
    /// Opens `port` of `host`, a name or address of this machine, or the next free port if it is taken. Port 0 means
    /// any free port.
    ///
    /// # Errors
    /// When `host` is not of this machine, or no port can be opened.
    pub(crate) fn bind(host: &str, port: u16) -> io::Result<Self> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let mut found: Vec<IpAddr> = (bare, 0).to_socket_addrs()?.map(|address| address.ip()).collect();
        found.sort_by_key(IpAddr::is_ipv6);
        let ip = *found
            .first()
            .ok_or_else(|| io::Error::from(ErrorKind::AddrNotAvailable))?;
        let listener = bind_free_port(ip, port)?;
        let address = listener.local_addr()?;
        let name = bare.parse::<IpAddr>().is_err().then(|| bare.to_ascii_lowercase());
        Ok(Self {
            listener,
            host_name: name,
            address,
        })
    }

    /// The port that was opened.
    #[must_use]
    pub(crate) const fn port(&self) -> u16 {
        self.address.port()
    }

    /// The site's address on this machine; `prefix` is the path of its base address.
    #[must_use]
    pub(crate) fn local_url(&self, prefix: &str) -> String {
        let ip = self.address.ip();
        let host = match (&self.host_name, ip) {
            (Some(name), _) => name.clone(),
            (None, IpAddr::V4(Ipv4Addr::UNSPECIFIED)) => url_host(Ipv4Addr::LOCALHOST.into()),
            (None, IpAddr::V6(Ipv6Addr::UNSPECIFIED)) => url_host(Ipv6Addr::LOCALHOST.into()),
            (None, ip) => url_host(ip),
        };
        format!("http://{host}:{}{prefix}/", self.port())
    }

    /// The site's addresses for other machines in the network, the likeliest first; empty when only this machine is
    /// served.
    #[must_use]
    pub(crate) fn network_urls(&self, prefix: &str) -> Vec<String> {
        let address = |ip: IpAddr| format!("http://{}:{}{prefix}/", url_host(ip), self.port());
        self.network_ips().into_iter().map(address).collect()
    }

    /// Whether other machines can connect.
    #[must_use]
    pub(crate) const fn is_open_to_network(&self) -> bool {
        !self.address.ip().is_loopback()
    }

    /// The addresses of this machine at which other machines can reach this listener.
    pub(super) fn network_ips(&self) -> Vec<IpAddr> {
        let ip = self.address.ip();
        match (ip.is_unspecified(), ip.is_loopback()) {
            (true, _) => interface_ips(),
            (false, true) => Vec::new(),
            (false, false) => vec![ip],
        }
    }
}

/// An IP address as written in a URL.
fn url_host(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// Listens at the first free port from `port` on.
fn bind_free_port(ip: IpAddr, port: u16) -> io::Result<TcpListener> {
    let last = if port == 0 { 0 } else { port.saturating_add(EXTRA_PORTS) };
    let mut refused = io::Error::from(ErrorKind::AddrInUse);
    for port in port..=last {
        match TcpListener::bind((ip, port)) {
            Ok(listener) => return Ok(listener),
            // Windows reserves ranges of ports, and refuses them in this way.
            Err(error) if error.kind() == ErrorKind::AddrInUse || is_reserved_port(&error, port) => refused = error,
            Err(error) => return Err(error),
        }
    }
    Err(refused)
}

fn is_reserved_port(error: &io::Error, port: u16) -> bool {
    error.kind() == ErrorKind::PermissionDenied && port >= 1024
}

/// IPv4 addresses of this machine's networks, the one of the default route first.
fn interface_ips() -> Vec<IpAddr> {
    let all = if_addrs::get_if_addrs().unwrap_or_default();
    let mut found: Vec<IpAddr> = all
        .iter()
        .filter(|interface| !interface.is_loopback() && !interface.is_link_local())
        .map(if_addrs::Interface::ip)
        .filter(IpAddr::is_ipv4)
        .collect();
    let first = default_route_ip();
    found.sort_by_key(|ip| Some(*ip) != first);
    found.dedup();
    found
}

/// This machine's address on the default route. Nothing is sent: connecting a datagram socket only looks up the route.
fn default_route_ip() -> Option<IpAddr> {
    let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    // An address reserved for documentation (RFC 5737).
    socket.connect(("192.0.2.1", 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_leads_to_the_next_free_one() {
        let first = Listener::bind("127.0.0.1", 0).unwrap();
        let second = Listener::bind("127.0.0.1", first.port()).unwrap();
        assert!(second.port() > first.port() && second.port() <= first.port() + EXTRA_PORTS);
    }

    #[test]
    fn urls_name_only_addresses_that_are_served() {
        let listener = Listener::bind("127.0.0.1", 0).unwrap();
        assert_eq!(
            listener.local_url("/town"),
            format!("http://127.0.0.1:{}/town/", listener.port())
        );
        assert!(listener.network_urls("").is_empty());
        let open = Listener::bind("0.0.0.0", 0).unwrap();
        assert_eq!(open.local_url(""), format!("http://127.0.0.1:{}/", open.port()));
        assert!(Listener::bind("203.0.113.1", 0).is_err(), "no address of this machine");
        let named = Listener::bind("localhost", 0).unwrap();
        assert!(named.local_url("").starts_with("http://localhost:"));
    }
}
