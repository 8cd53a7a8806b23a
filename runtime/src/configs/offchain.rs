//! What off-chain workers sign: transactions by the operator keys in the node's keystore.

use crate::{
    AccountId, Address, BlockNumber, Nonce, Runtime, RuntimeCall, Signature, SignedPayload,
    TxExtension, UncheckedExtrinsic,
};
use alloc::vec::Vec;
use codec::Encode;
use pallet_inference::offchain::{OperatorKeys, Public};
use sp_core::sr25519;
use sp_runtime::{app_crypto::RuntimeAppPublic, generic::Era};

/// The sr25519 keys of type `infr` in the node's keystore. An account is its key.
pub struct Keystore;

impl OperatorKeys<Runtime> for Keystore {
    fn accounts() -> Vec<AccountId> {
        Public::all()
            .into_iter()
            .map(|key| AccountId::from(sr25519::Public::from(key)))
            .collect()
    }

    fn sign(
        account: &AccountId,
        call: RuntimeCall,
        nonce: Nonce,
        birth: BlockNumber,
        life: u32,
    ) -> Option<Vec<u8>> {
        let key = Public::from(sr25519::Public::from_raw(account.clone().into()));
        let extension: TxExtension = (
            frame_system::CheckNonZeroSender::new(),
            frame_system::CheckSpecVersion::new(),
            frame_system::CheckTxVersion::new(),
            frame_system::CheckGenesis::new(),
            frame_system::CheckEra::from(Era::mortal(life.into(), birth.into())),
            frame_system::CheckNonce::from(nonce),
            frame_system::CheckWeight::new(),
            pallet_transaction_payment::ChargeTransactionPayment::from(0),
        );
        let payload = SignedPayload::new(call, extension).ok()?;
        let signature = payload.using_encoded(|bytes| key.sign(&bytes))?;
        let (call, extension, _) = payload.deconstruct();
        let transaction = UncheckedExtrinsic::new_signed(
            call,
            Address::Id(account.clone()),
            Signature::Sr25519(signature.into()),
            extension,
        );
        Some(transaction.encode())
    }
}
