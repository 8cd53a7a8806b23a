//! What the sweep at the end of a block must have done when the block had room for it.

use super::Shadow;
use pallet_inference::RequestStatus;

impl Shadow {
    /// Nothing that was due is left over. For the end of a block whose sweep was not cut short.
    pub fn check_swept(&self) {
        for (id, request) in &self.requests {
            let over = self.now >= request.due;
            match request.status {
                RequestStatus::Pending
                | RequestStatus::Assigned
                | RequestStatus::Committing
                | RequestStatus::Revealing
                | RequestStatus::AwaitingInput => {
                    assert!(!over, "the sweep came by request {id}: {request:?}");
                }
                RequestStatus::Claimed => {
                    // A challenge that has ended may have had the sweep look away for as long as this.
                    let late = self.now >= request.due + self.slack;
                    assert!(
                        !late || self.is_challenged(*id),
                        "the sweep came by request {id}: {request:?}"
                    );
                }
                RequestStatus::Contested => {
                    let late = self.now >= request.due + self.slack;
                    let decided = request.agrees() && request.due > request.since;
                    assert!(
                        !late || !decided || self.is_challenged(*id),
                        "the sweep came by request {id}: {request:?}"
                    );
                }
            }
        }
    }
}
