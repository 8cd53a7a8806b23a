//! What each way through a call weighs.

use crate::page_impls::leaves_of_bytes;
use crate::{Config, ParametersRecord, Salt, WeightInfo};
use frame_support::traits::Get;
use frame_support::weights::Weight;
use veritrace_primitives::proof::{ProofLimits, TargetKind, Work};

/// The ways a dispute is carried on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DisputeBranch {
    /// Contradicting a node as a whole.
    Node,
    /// Contradicting a tile.
    Tile,
    /// Contradicting an element.
    Element,
    /// Challenging a node.
    Challenge,
    /// Opening a node.
    Open,
    /// Letting a clock run out.
    Expire,
    /// Challenging a page.
    ChallengePage,
    /// Opening a page.
    OpenPage,
    /// Showing a tile of a claim that is audited.
    Attest,
}

/// Thousands of multiply-accumulates, rounded up: what weights count.
fn thousands(macs: u64) -> u32 {
    u32::try_from(macs.div_ceil(1000)).unwrap_or(u32::MAX)
}

impl DisputeBranch {
    /// All of them.
    pub(crate) const ALL: [Self; 9] = [
        Self::Node,
        Self::Tile,
        Self::Element,
        Self::Challenge,
        Self::Open,
        Self::Expire,
        Self::ChallengePage,
        Self::OpenPage,
        Self::Attest,
    ];

    /// The target a proof of this branch must have; `None` where there is no contradiction.
    pub(crate) fn target(self) -> Option<TargetKind> {
        match self {
            Self::Node => Some(TargetKind::Node),
            Self::Tile => Some(TargetKind::Tile),
            Self::Element => Some(TargetKind::Element),
            Self::Challenge
            | Self::Open
            | Self::Expire
            | Self::ChallengePage
            | Self::OpenPage
            | Self::Attest => None,
        }
    }

    /// What a contradiction of this branch may ask of the chain.
    pub(crate) fn limits<Balance, BlockNumber>(
        self,
        parameters: &ParametersRecord<Balance, BlockNumber>,
    ) -> ProofLimits {
        ProofLimits {
            max_whole_bytes: parameters.max_whole_bytes,
            max_macs: match self {
                Self::Node => parameters.max_macs,
                Self::Tile
                | Self::Element
                | Self::Challenge
                | Self::Open
                | Self::Expire
                | Self::ChallengePage
                | Self::OpenPage
                | Self::Attest => parameters.max_tile_macs,
            },
        }
    }

    /// What looking for the prover's own seal weighs.
    fn sealed<T: Config>(salt: Option<&Salt>) -> Weight {
        salt.map_or(Weight::zero(), |_| T::WeightInfo::use_seal())
    }

    /// Weight to declare for a call with so many bytes, and perhaps the salt of a seal: the most it can come to.
    pub(crate) fn declared<T: Config>(self, bytes: u32, salt: Option<&Salt>) -> Weight {
        let unsealed = match self {
            Self::Node => {
                let macs = thousands(T::MaxMacs::get());
                T::WeightInfo::contradict_node_convicts(bytes, macs)
                    .saturating_add(T::ConvictWeight::get())
                    .max(T::WeightInfo::contradict_node_rejected(bytes, macs))
            }
            Self::Tile => {
                let macs = thousands(T::MaxTileMacs::get());
                T::WeightInfo::contradict_tile_convicts(bytes, macs)
                    .saturating_add(T::ConvictWeight::get())
                    .max(T::WeightInfo::contradict_tile_rejected(bytes, macs))
            }
            Self::Element => {
                // An element's inputs are two bytes for each product: whichever of work and bytes is more counts.
                let macs = thousands(T::MaxTileMacs::get()).max(thousands(u64::from(bytes / 2)));
                T::WeightInfo::contradict_element_convicts(macs)
                    .saturating_add(T::ConvictWeight::get())
                    .max(T::WeightInfo::contradict_element_rejected(macs))
            }
            Self::Challenge => {
                T::WeightInfo::challenge_accepted().max(T::WeightInfo::challenge_rejected(bytes))
            }
            Self::Open => T::WeightInfo::open_tensor(bytes)
                .max(T::WeightInfo::open_tiles(bytes))
                .max(T::WeightInfo::open_rejected(bytes)),
            Self::Expire => T::WeightInfo::expire_unanswered()
                .saturating_add(T::ConvictWeight::get())
                .max(T::WeightInfo::expire_uncontradicted()),
            Self::ChallengePage => T::WeightInfo::challenge_page_accepted()
                .max(T::WeightInfo::challenge_page_rejected()),
            Self::OpenPage => {
                let leaves = leaves_of_bytes(bytes);
                T::WeightInfo::open_page(leaves).max(T::WeightInfo::open_page_rejected(leaves))
            }
            Self::Attest => {
                T::WeightInfo::attest_accepted().max(T::WeightInfo::attest_rejected(bytes))
            }
        };
        unsealed.saturating_add(Self::sealed::<T>(salt))
    }

    /// Weight of a contradiction that convicted after this work.
    pub(crate) fn convicted<T: Config>(
        self,
        bytes: u32,
        work: Work,
        salt: Option<&Salt>,
    ) -> Weight {
        let macs = thousands(work.macs);
        let checked = match self {
            Self::Node => T::WeightInfo::contradict_node_convicts(bytes, macs),
            Self::Tile => T::WeightInfo::contradict_tile_convicts(bytes, macs),
            Self::Element => T::WeightInfo::contradict_element_convicts(
                macs.max(thousands(u64::from(bytes / 2))),
            ),
            Self::Challenge
            | Self::Open
            | Self::Expire
            | Self::ChallengePage
            | Self::OpenPage
            | Self::Attest => self.declared::<T>(bytes, None),
        };
        // Benchmarks strike one claim that had no equal.
        checked
            .saturating_add(T::ConvictWeight::get())
            .saturating_add(Self::sealed::<T>(salt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::{parameters, Test};

    #[test]
    fn only_contradictions_should_have_targets_and_only_whole_nodes_more_work() {
        for branch in DisputeBranch::ALL {
            let target = match branch {
                DisputeBranch::Node => Some(TargetKind::Node),
                DisputeBranch::Tile => Some(TargetKind::Tile),
                DisputeBranch::Element => Some(TargetKind::Element),
                _ => None,
            };
            assert_eq!(branch.target(), target);
            let most = match branch {
                DisputeBranch::Node => parameters().max_macs,
                _ => parameters().max_tile_macs,
            };
            assert_eq!(branch.limits(&parameters()).max_macs, most);
        }
    }

    #[test]
    fn element_should_be_weighed_by_its_bytes_when_they_are_more_than_its_work() {
        let striking = <Test as Config>::ConvictWeight::get();
        // Two bytes for each of four million products.
        let (bytes, thousands) = (8_000_000, 4_000);
        let convicts =
            <() as WeightInfo>::contradict_element_convicts(thousands).saturating_add(striking);
        assert_eq!(
            DisputeBranch::Element.declared::<Test>(bytes, None),
            convicts.max(<() as WeightInfo>::contradict_element_rejected(thousands))
        );
        for macs in [0, 4_000_000] {
            let work = Work { macs, bytes };
            assert_eq!(
                DisputeBranch::Element.convicted::<Test>(bytes, work, None),
                convicts
            );
        }
    }

    #[test]
    fn conviction_should_weigh_no_more_than_was_declared() {
        let salt = [1; 32];
        for branch in DisputeBranch::ALL {
            let most = match branch {
                DisputeBranch::Node => <Test as Config>::MaxMacs::get(),
                _ => <Test as Config>::MaxTileMacs::get(),
            };
            for salt in [None, Some(&salt)] {
                for bytes in [0, 1_000, 100_000] {
                    let work = Work { macs: most, bytes };
                    let convicted = branch.convicted::<Test>(bytes, work, salt);
                    let declared = branch.declared::<Test>(bytes, salt);
                    if branch.target().is_some() {
                        assert!(convicted.all_lte(declared), "{branch:?} {bytes}");
                    } else {
                        // None of these convicts by work that was done: it is declared, and striking comes on top.
                        let striking = <Test as Config>::ConvictWeight::get();
                        assert_eq!(convicted, declared.saturating_add(striking));
                    }
                }
            }
        }
    }
}
