//! Where the sidecar is, and by which token it is asked.

use super::*;
use crate::offchain::{ADDRESS_KEY, TOKEN_KEY};
use codec::Encode;

/// Where it is asked when this is stored.
fn asked_at(stored: &[u8]) -> Vec<String> {
    let mut uris = Vec::new();
    story(|node| {
        node.store(ADDRESS_KEY, stored);
        assigned(1);
        set_hashes(0, 0);
        work();
        uris = node.asked_at().into_iter().map(|(uri, _)| uri).collect();
    });
    uris
}

#[test]
fn sidecar_should_be_asked_at_the_default_address_when_none_is_set() {
    story(|node| {
        assigned(1);
        set_hashes(0, 0);
        work();
        let (uri, _) = node.asked_at().remove(0);
        assert_eq!(uri, "http://127.0.0.1:8931/v1/act");
    });
}

#[test]
fn sidecar_should_be_asked_at_the_address_set() {
    for (address, uri) in [
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/v1/act"),
        ("http://127.0.0.1:65535/", "http://127.0.0.1:65535/v1/act"),
        ("http://[::1]:80", "http://[::1]:80/v1/act"),
    ] {
        assert_eq!(asked_at(address.as_bytes()), [uri]);
        assert_eq!(asked_at(&address.encode()), [uri]);
    }
}

#[test]
fn nobody_should_be_asked_when_the_address_is_not_of_this_machine() {
    for address in [
        "",
        "http",
        "http://127.0.0.1",
        "http://127.0.0.1:",
        "http://127.0.0.1:0",
        "http://127.0.0.1:65536",
        "http://127.0.0.1:+80",
        "http://127.0.0.1:80@198.51.100.7",
        "http://127.0.0.1:80/elsewhere",
        "http://127.0.0.1:80//",
        "http://127.0.0.1.example.org:80",
        "http://127.0.0.2:80",
        "http://localhost:80",
        "http://0.0.0.0:80",
        "http://198.51.100.7:80",
        "http://[::]:80",
        "https://127.0.0.1:80",
        "HTTP://127.0.0.1:80",
        "ftp://127.0.0.1:80",
        " http://127.0.0.1:80",
    ] {
        assert_eq!(asked_at(address.as_bytes()), [""; 0], "{address}");
        assert_eq!(asked_at(&address.encode()), [""; 0], "{address}, encoded");
    }
    assert_eq!(asked_at(b"http://127.0.0.1:\xff"), [""; 0]);
}

/// The header by which it is asked when this is stored as the token.
fn asked_by(stored: &[u8]) -> Option<String> {
    let mut header = None;
    story(|node| {
        node.store(TOKEN_KEY, stored);
        assigned(1);
        set_hashes(0, 0);
        work();
        let mut headers = node.authorizations();
        assert_eq!(headers.len(), 1);
        header = headers.remove(0);
    });
    header
}

#[test]
fn sidecar_should_be_asked_with_the_token_set() {
    assert_eq!(asked_by(b"S3cr-et_").as_deref(), Some("Bearer S3cr-et_"));
    let longest = "a".repeat(128);
    assert_eq!(
        asked_by(longest.as_bytes()),
        Some(format!("Bearer {longest}"))
    );
}

#[test]
fn sidecar_should_be_asked_without_a_token_when_none_can_stand_in_a_header() {
    let longer = "a".repeat(129);
    for stored in ["", "a b", "a\r\nb: c", "a\0", "\u{e9}", "a:b", &longer] {
        assert_eq!(asked_by(stored.as_bytes()), None, "{stored:?}");
    }
}
