//! The address that a request comes from.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whom a request counts for: an IPv4 address, or the /64 that one customer of an IPv6 network has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Client(pub IpAddr);

impl Client {
    /// Who is at an address.
    pub fn at(address: IpAddr) -> Self {
        Self(network(address.to_canonical()))
    }

    /// Who sends a request. Without a network connection (a test, a local socket) it is the unspecified address.
    pub(crate) fn of(request: &Request, trusted: &[IpNet]) -> Self {
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip());
        Self::behind(peer, request.headers(), trusted)
    }

    /// The last hop that no trusted proxy made: what is left of it in the header could be anybody's invention, of any
    /// bytes.
    fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
        let mut client = peer.to_canonical();
        let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
        for hop in lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')) {
            if !is_trusted(client) {
                break;
            }
            let Some(address) = address(hop) else { break };
            client = address.to_canonical();
        }
        Self::at(client)
    }
}

/// An address with or without a port, as proxies write it.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    hop.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let value = |line: &&str| HeaderValue::from_bytes(line.as_bytes()).unwrap();
        let headers = forwarded.iter().map(|line| (X_FORWARDED_FOR, value(line))).collect();
        let trusted: Vec<_> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        Client::behind(peer.parse().unwrap(), &headers, &trusted).0.to_string()
    }

    #[test]
    fn nobody_is_believed_but_trusted_proxies() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
    }

    #[test]
    fn what_a_client_claims_before_the_first_proxy_is_ignored() {
        assert_eq!(client("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["1.1.1.1", "198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["1.1.1.1, nonsense"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["é, 198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["1.1.1.1, é"], &["10.0.0.0/8"]), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_customer_is_one_client() {
        assert_eq!(client("2001:db8:1:2:3:4:5:6", &[], &[]), "2001:db8:1:2::");
        assert_eq!(client("::ffff:203.0.113.9", &[], &[]), "203.0.113.9");
        assert_eq!(client("::1", &["[2001:db8::1]:443"], &["::1/128"]), "2001:db8::");
    }
}
