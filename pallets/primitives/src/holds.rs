//! Whether what is on hold is what records say: the invariant of every pallet that holds money.

use alloc::collections::BTreeMap;

/// Whether sums are what is on hold, of every account that there is: one without a sum is to have no hold.
///
/// `held` is what an account has on hold for the reason that the sums are about.
pub fn are_held<AccountId: Ord, Balance: Default + PartialEq>(
    accounts: impl IntoIterator<Item = AccountId>,
    held: impl Fn(&AccountId) -> Balance,
    mut sums: BTreeMap<AccountId, Balance>,
) -> bool {
    let all_fit = accounts
        .into_iter()
        .all(|who| sums.remove(&who).unwrap_or_default() == held(&who));
    // Whose account is gone has nothing on hold.
    all_fit && sums.into_values().all(|sum| sum == Balance::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_should_be_the_sums_and_of_nobody_else() {
        let held = |who: &u8| match who {
            1 => 10u32,
            2 => 20,
            _ => 0,
        };
        let sums = |of: &[(u8, u32)]| of.iter().copied().collect::<BTreeMap<_, _>>();
        assert!(are_held([1, 2, 3], held, sums(&[(1, 10), (2, 20)])));
        // Less, more, of somebody without a sum, and of an account that is gone.
        assert!(!are_held([1, 2, 3], held, sums(&[(1, 9), (2, 20)])));
        assert!(!are_held([1, 2, 3], held, sums(&[(1, 10), (2, 21)])));
        assert!(!are_held([1, 2, 3], held, sums(&[(1, 10)])));
        assert!(!are_held([1, 2], held, sums(&[(1, 10), (2, 20), (4, 5)])));
        assert!(are_held([1, 2], held, sums(&[(1, 10), (2, 20), (4, 0)])));
    }
}
