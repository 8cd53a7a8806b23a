//! The node around an off-chain worker: a clock, a persistent store, a transaction pool, and HTTP to a sidecar. What
//! crashes and what is lost is up to the test.

use super::{Answer, Job};
use codec::{Decode, Encode};
use sp_core::offchain::testing::TestPersistentOffchainDB;
use sp_core::offchain::{
    DbExternalities, Duration, Externalities, HttpError, HttpRequestId, HttpRequestStatus,
    OffchainDbExt, OffchainStorage, OffchainWorkerExt, OpaqueNetworkState, StorageKind, Timestamp,
    TransactionPool, TransactionPoolExt,
};
use sp_core::OpaquePeerId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// What a sidecar does when it is asked.
pub enum Reply {
    /// Answers.
    Answer(Answer),
    /// Answers with this status and these bytes.
    Raw(u16, Vec<u8>),
    /// Is not there.
    Refused,
    /// Says nothing until the deadline.
    Silent,
    /// Begins, and breaks off.
    BrokenOff,
}

/// What the pool does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Door {
    /// Takes everything.
    Open,
    /// Refuses everything.
    Closed,
    /// Seems to take it, and loses it. So it is when a node dies before the pool has it.
    Leaky,
}

type Sidecar = Box<dyn FnMut(&Job) -> Reply + Send>;

/// A request on its way.
#[derive(Default)]
struct Exchange {
    uri: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    status: Option<u16>,
    response: Vec<u8>,
    read: usize,
    is_broken: bool,
}

struct State {
    now: u64,
    store: TestPersistentOffchainDB,
    pool: Vec<Vec<u8>>,
    door: Door,
    exchanges: BTreeMap<u16, Exchange>,
    asked: Vec<(String, Job)>,
    authorizations: Vec<Option<String>>,
    sidecar: Sidecar,
    /// Milliseconds that each question takes.
    takes: u64,
}

/// The node.
#[derive(Clone)]
pub struct Node(Arc<Mutex<State>>);

impl Node {
    /// A node whose sidecar is not running, around this chain.
    pub fn around(chain: &mut sp_io::TestExternalities) -> Self {
        let node = Self(Arc::new(Mutex::new(State {
            now: 1_000,
            store: TestPersistentOffchainDB::new(),
            pool: Vec::new(),
            door: Door::Open,
            exchanges: BTreeMap::new(),
            asked: Vec::new(),
            authorizations: Vec::new(),
            sidecar: Box::new(|_| Reply::Refused),
            takes: 0,
        })));
        chain.register_extension(OffchainWorkerExt::new(node.clone()));
        chain.register_extension(OffchainDbExt::new(node.clone()));
        chain.register_extension(TransactionPoolExt::new(node.clone()));
        node
    }

    fn with<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        act(&mut self.0.lock().unwrap())
    }

    /// Starts a sidecar, instead of the one there was.
    pub fn sidecar(&self, sidecar: impl FnMut(&Job) -> Reply + Send + 'static) {
        self.with(|state| state.sidecar = Box::new(sidecar));
    }

    /// A sidecar that always answers this.
    pub fn answers(&self, answer: Answer) {
        self.sidecar(move |_| Reply::Answer(answer.clone()));
    }

    /// From now on, each question takes so many milliseconds.
    pub fn slow_down(&self, milliseconds: u64) {
        self.with(|state| state.takes = milliseconds);
    }

    /// What the sidecar was asked since the last call, and where.
    pub fn asked_at(&self) -> Vec<(String, Job)> {
        self.with(|state| std::mem::take(&mut state.asked))
    }

    /// By which token each question was asked since the last call, as the header has it.
    pub fn authorizations(&self) -> Vec<Option<String>> {
        self.with(|state| std::mem::take(&mut state.authorizations))
    }

    /// What the sidecar was asked since the last call.
    pub fn asked(&self) -> Vec<Job> {
        self.asked_at().into_iter().map(|(_, job)| job).collect()
    }

    /// What was given to the pool since the last call.
    pub fn sent<T: Decode>(&self) -> Vec<T> {
        self.with(|state| std::mem::take(&mut state.pool))
            .iter()
            .map(|bytes| T::decode(&mut &bytes[..]).unwrap())
            .collect()
    }

    /// What the pool does from now on.
    pub fn pool(&self, door: Door) {
        self.with(|state| state.door = door);
    }

    /// Time passes.
    pub fn wait(&self, milliseconds: u64) {
        self.with(|state| state.now += milliseconds);
    }

    /// The time.
    pub fn now(&self) -> u64 {
        self.with(|state| state.now)
    }

    pub fn stored(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.with(|state| state.store.get(key))
    }

    pub fn store(&self, key: &[u8], value: &[u8]) {
        self.with(|state| state.store.set(b"", key, value));
    }
}

impl Node {
    /// The request is complete: the sidecar sees it. The node is not busy meanwhile, so that it can be looked into.
    fn deliver(&self, id: HttpRequestId) -> Result<(), HttpError> {
        let (job, mut sidecar) = self.with(|state| {
            let exchange = state.exchange(id)?;
            let (kind, rest) = exchange.headers.split_first().unwrap();
            let expected = ("content-type".into(), "application/octet-stream".into());
            assert_eq!(*kind, expected);
            let authorization = match rest {
                [] => None,
                [(name, value)] if name == "authorization" => Some(value.clone()),
                others => panic!("other headers: {others:?}"),
            };
            let job = Job::decode(&mut &exchange.body[..]).unwrap();
            assert_eq!(job.encode(), exchange.body, "a job and nothing else");
            let uri = exchange.uri.clone();
            state.asked.push((uri, job.clone()));
            state.authorizations.push(authorization);
            state.now += state.takes;
            let gone: Sidecar = Box::new(|_| Reply::Refused);
            Ok((job, std::mem::replace(&mut state.sidecar, gone)))
        })?;
        let reply = sidecar(&job);
        self.with(|state| {
            state.sidecar = sidecar;
            state.conclude(id, reply)
        })
    }
}

impl State {
    fn exchange(&mut self, id: HttpRequestId) -> Result<&mut Exchange, HttpError> {
        self.exchanges.get_mut(&id.0).ok_or(HttpError::Invalid)
    }

    /// What becomes of a request by what the sidecar does.
    fn conclude(&mut self, id: HttpRequestId, reply: Reply) -> Result<(), HttpError> {
        let exchange = self.exchange(id)?;
        match reply {
            Reply::Answer(answer) => {
                exchange.status = Some(200);
                exchange.response = answer.encode();
            }
            Reply::Raw(status, response) => {
                exchange.status = Some(status);
                exchange.response = response;
            }
            Reply::Refused => return Err(HttpError::IoError),
            Reply::Silent => {}
            Reply::BrokenOff => {
                exchange.status = Some(200);
                exchange.response = vec![1; 100];
                exchange.is_broken = true;
            }
        }
        Ok(())
    }
}

impl Externalities for Node {
    fn is_validator(&self) -> bool {
        false
    }
    fn network_state(&self) -> Result<OpaqueNetworkState, ()> {
        Err(())
    }
    fn timestamp(&mut self) -> Timestamp {
        Timestamp::from_unix_millis(self.now())
    }
    fn sleep_until(&mut self, _: Timestamp) {
        panic!("an off-chain worker has no time to sleep");
    }
    fn random_seed(&mut self) -> [u8; 32] {
        panic!("nothing here is random");
    }
    fn http_request_start(
        &mut self,
        method: &str,
        uri: &str,
        _: &[u8],
    ) -> Result<HttpRequestId, ()> {
        assert_eq!(method, "POST");
        self.with(|state| {
            let id = state.exchanges.len() as u16;
            state.exchanges.insert(
                id,
                Exchange {
                    uri: uri.into(),
                    ..Default::default()
                },
            );
            Ok(HttpRequestId(id))
        })
    }
    fn http_request_add_header(
        &mut self,
        id: HttpRequestId,
        name: &str,
        value: &str,
    ) -> Result<(), ()> {
        self.with(|state| {
            let exchange = state.exchange(id).map_err(|_| ())?;
            exchange.headers.push((name.into(), value.into()));
            Ok(())
        })
    }
    fn http_request_write_body(
        &mut self,
        id: HttpRequestId,
        chunk: &[u8],
        deadline: Option<Timestamp>,
    ) -> Result<(), HttpError> {
        assert!(
            deadline.is_some(),
            "a sidecar that hangs must not hang the node"
        );
        match chunk {
            [] => self.deliver(id),
            chunk => self.with(|state| {
                state.exchange(id)?.body.extend(chunk);
                Ok(())
            }),
        }
    }
    fn http_response_wait(
        &mut self,
        ids: &[HttpRequestId],
        deadline: Option<Timestamp>,
    ) -> Vec<HttpRequestStatus> {
        let deadline = deadline.expect("a sidecar that hangs must not hang the node");
        self.with(|state| {
            ids.iter()
                .map(|id| match state.exchange(*id).unwrap().status {
                    Some(status) => HttpRequestStatus::Finished(status),
                    None => {
                        state.now = state.now.max(deadline.unix_millis());
                        HttpRequestStatus::DeadlineReached
                    }
                })
                .collect()
        })
    }
    fn http_response_headers(&mut self, _: HttpRequestId) -> Vec<(Vec<u8>, Vec<u8>)> {
        Vec::new()
    }
    fn http_response_read_body(
        &mut self,
        id: HttpRequestId,
        buffer: &mut [u8],
        deadline: Option<Timestamp>,
    ) -> Result<usize, HttpError> {
        assert!(
            deadline.is_some(),
            "a sidecar that hangs must not hang the node"
        );
        self.with(|state| {
            let exchange = state.exchange(id)?;
            let left = &exchange.response[exchange.read..];
            if left.is_empty() && exchange.is_broken {
                return Err(HttpError::IoError);
            }
            let read = left.len().min(buffer.len());
            buffer[..read].copy_from_slice(&left[..read]);
            exchange.read += read;
            Ok(read)
        })
    }
    fn set_authorized_nodes(&mut self, _: Vec<OpaquePeerId>, _: bool) {
        panic!("an off-chain worker has no business with peers");
    }
}

impl DbExternalities for Node {
    fn local_storage_set(&mut self, kind: StorageKind, key: &[u8], value: &[u8]) {
        assert_eq!(kind, StorageKind::PERSISTENT, "nodes have no other kind");
        self.store(key, value);
    }
    fn local_storage_clear(&mut self, kind: StorageKind, key: &[u8]) {
        assert_eq!(kind, StorageKind::PERSISTENT, "nodes have no other kind");
        self.with(|state| state.store.remove(b"", key));
    }
    fn local_storage_compare_and_set(
        &mut self,
        kind: StorageKind,
        key: &[u8],
        old: Option<&[u8]>,
        new: &[u8],
    ) -> bool {
        assert_eq!(kind, StorageKind::PERSISTENT, "nodes have no other kind");
        self.with(|state| state.store.compare_and_set(b"", key, old, new))
    }
    fn local_storage_get(&mut self, kind: StorageKind, key: &[u8]) -> Option<Vec<u8>> {
        assert_eq!(kind, StorageKind::PERSISTENT, "nodes have no other kind");
        self.stored(key)
    }
}

impl TransactionPool for Node {
    fn submit_transaction(&mut self, extrinsic: Vec<u8>) -> Result<(), ()> {
        self.with(|state| match state.door {
            Door::Open => {
                state.pool.push(extrinsic);
                Ok(())
            }
            Door::Closed => Err(()),
            Door::Leaky => Ok(()),
        })
    }
}

/// When a lock that is taken now is over.
pub fn lock_until(milliseconds_from_now: u64, node: &Node) -> Vec<u8> {
    Timestamp::from_unix_millis(node.now())
        .add(Duration::from_millis(milliseconds_from_now))
        .encode()
}
