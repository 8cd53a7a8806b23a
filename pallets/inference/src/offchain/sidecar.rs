//! The sidecar: a process on the same machine that has models and an engine, and is asked over HTTP.

use super::protocol::{Answer, Job};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use codec::{DecodeAll, Encode};
use sp_runtime::offchain::http::{Error as WaitError, Request};
use sp_runtime::offchain::{HttpError, StorageKind, Timestamp};

/// Where the node's persistent off-chain storage has the address; set by the RPC `offchain_localStorageSet`.
pub const ADDRESS_KEY: &[u8] = b"veritrace::sidecar";
/// Where that storage has the token that the sidecar asks for; set in the same way, to what is in the sidecar's token file.
pub const TOKEN_KEY: &[u8] = b"veritrace::sidecar-token";
/// Most characters that a token has.
const MAX_TOKEN: usize = 128;
/// The address when none is set.
pub const DEFAULT_ADDRESS: &str = "http://127.0.0.1:8931";
/// What is asked for.
const PATH: &str = "/v1/act";
/// What an address begins with. Names are not among them: they might be resolved to anywhere.
const LOOPBACK: [&str; 2] = ["http://127.0.0.1:", "http://[::1]:"];

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// Nobody listens there, or the connection broke.
    Unreachable,
    /// No answer in time.
    TooSlow,
    /// It answered with this status.
    Status(u16),
    /// The answer has more bytes than any that could be used.
    TooLarge {
        /// How many it may have.
        limit: usize,
    },
    /// The answer is not one of this version of the protocol.
    Undecodable,
}

impl Trouble {
    /// Whether there is no use in asking anything else in this block.
    pub(crate) fn is_of_transport(&self) -> bool {
        matches!(self, Self::Unreachable | Self::TooSlow)
    }
}

impl core::fmt::Display for Trouble {
    fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
        match self {
            Self::Unreachable => f.write_str("nobody answers there; is the sidecar running?"),
            Self::TooSlow => f.write_str("it gave no answer in time"),
            Self::Status(401) => f.write_str(
                "it wants its token; set it by offchain_localStorageSet under veritrace::sidecar-token",
            ),
            Self::Status(code) => write!(f, "it answered with status {code}; its log says why"),
            Self::TooLarge { limit } => write!(f, "its answer has more than {limit} bytes"),
            Self::Undecodable => {
                f.write_str("its answer does not decode; is it of another version?")
            }
        }
    }
}

impl From<HttpError> for Trouble {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::DeadlineReached => Self::TooSlow,
            HttpError::IoError | HttpError::Invalid => Self::Unreachable,
        }
    }
}

impl From<WaitError> for Trouble {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::DeadlineReached => Self::TooSlow,
            WaitError::IoError | WaitError::Unknown => Self::Unreachable,
        }
    }
}

/// The address that is set, or the default one. `None` when the one set is not a port of this machine.
pub(crate) fn address() -> Option<String> {
    match sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, ADDRESS_KEY) {
        Some(stored) => parse(&stored),
        None => Some(DEFAULT_ADDRESS.into()),
    }
}

/// Reads an address, given as text or as an encoding of it. Whatever is not surely loopback is refused: a job's inputs
/// may be private, and who answers decides what the node signs.
fn parse(stored: &[u8]) -> Option<String> {
    let text = match stored.starts_with(b"http") {
        true => stored.to_vec(),
        false => Vec::<u8>::decode_all(&mut &stored[..]).ok()?,
    };
    let text = String::from_utf8(text).ok()?;
    let (host, port) = LOOPBACK
        .iter()
        .find_map(|host| Some((*host, text.strip_prefix(host)?)))?;
    let port = port.strip_suffix('/').unwrap_or(port);
    // The parser for numbers takes a sign, too.
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let port: u16 = port.parse().ok().filter(|port| *port > 0)?;
    Some(format!("{host}{port}"))
}

/// The token that is set. `None` when none is, or when it is nothing that can stand in a header: letters, digits, `-` and
/// `_`, and no more than 128 of them.
pub(crate) fn token() -> Option<String> {
    let stored = sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, TOKEN_KEY)?;
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    if stored.is_empty() || stored.len() > MAX_TOKEN || !stored.iter().all(is_plain) {
        return None;
    }
    String::from_utf8(stored).ok()
}

/// Posts a job. Waits no longer than until `deadline`, and reads no more than `limit` bytes.
pub(crate) fn ask(
    address: &str,
    job: &Job,
    limit: usize,
    deadline: Timestamp,
) -> Result<Answer, Trouble> {
    let url = format!("{address}{PATH}");
    let request = Request::post(&url, vec![job.encode()])
        .add_header("content-type", "application/octet-stream");
    let request = match token() {
        Some(token) => request.add_header("authorization", &format!("Bearer {token}")),
        None => request,
    };
    let response = request
        .deadline(deadline)
        .send()?
        .try_wait(deadline)
        .map_err(|_| Trouble::TooSlow)??;
    if response.code != 200 {
        return Err(Trouble::Status(response.code));
    }
    let mut body = response.body();
    body.deadline(deadline);
    let bytes: Vec<u8> = body.by_ref().take(limit.saturating_add(1)).collect();
    if let Some(error) = body.error() {
        return Err((*error).into());
    }
    if bytes.len() > limit {
        return Err(Trouble::TooLarge { limit });
    }
    Answer::decode_all(&mut &bytes[..]).map_err(|_| Trouble::Undecodable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_should_say_what_to_look_at() {
        for (trouble, words) in [
            (Trouble::Unreachable, "is the sidecar running?"),
            (Trouble::TooSlow, "no answer in time"),
            (Trouble::Status(401), "under veritrace::sidecar-token"),
            (Trouble::Status(500), "status 500; its log says why"),
            (Trouble::TooLarge { limit: 99 }, "more than 99 bytes"),
            (Trouble::Undecodable, "is it of another version?"),
        ] {
            let line = format!("{trouble}");
            assert!(line.contains(words), "{line}");
        }
    }
}
