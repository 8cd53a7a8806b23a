//! Tickets: the lots of a draw.
//!
//! The tickets for a model form a list without a gap, so that a random index is a fair lot, and each knows its place in
//! its worker's own list, so that taking one away is O(1): the last of the model's tickets moves into its place.
//!
//! A worker's tickets are taken away from its own last one down. So a ticket is void exactly when its ordinal is not below
//! the worker's entitlement, which a draw sees without looking at any other ticket. A slash therefore need not touch
//! tickets at all: draws take void ones away as they meet them.

use crate::{
    Config, Event, Pallet, ParametersOf, Ticket, TicketCount, Tickets, TicketsOf, WorkerRecord,
};
use frame_support::defensive;
use frame_support::traits::{Defensive, Get};
use frame_support::BoundedVec;
use veritrace_primitives::traits::ModelId;

pub(crate) type OwnTickets<T> = BoundedVec<u32, <T as Config>::MaxTickets>;

impl<T: Config> Pallet<T> {
    /// Most tickets that a change of stake makes and takes away.
    pub fn most_ticket_changes() -> u32 {
        // Void ones are taken away before new ones are made.
        T::MaxServed::get()
            .saturating_mul(T::MaxTickets::get())
            .saturating_mul(2)
    }

    /// Makes the worker's tickets for every model it serves as many as its stake entitles it to. Returns how many were
    /// made or taken away.
    pub(crate) fn sync_all(
        worker: &T::AccountId,
        record: &WorkerRecord<T>,
        parameters: &ParametersOf<T>,
    ) -> u32 {
        let wanted = record.entitlement(parameters);
        record.served.iter().fold(0u32, |changed, model| {
            changed.saturating_add(Self::set_tickets(worker, model, wanted))
        })
    }

    /// Takes void tickets away before stake is added, so that they do not come to life again at their old age.
    pub(crate) fn drop_void(
        worker: &T::AccountId,
        record: &WorkerRecord<T>,
        parameters: &ParametersOf<T>,
    ) -> u32 {
        let entitled = record.entitlement(parameters);
        record.served.iter().fold(0u32, |changed, model| {
            let have = TicketsOf::<T>::decode_len(worker, model).unwrap_or(0);
            let wanted = entitled.min(u32::try_from(have).unwrap_or(u32::MAX));
            changed.saturating_add(Self::set_tickets(worker, model, wanted))
        })
    }

    /// Makes or takes away tickets until the worker has `wanted` of them for the model. Returns how many that were.
    pub(crate) fn set_tickets(worker: &T::AccountId, model: &ModelId, wanted: u32) -> u32 {
        Self::change_tickets(worker, model, TicketsOf::<T>::get(worker, model), wanted)
    }

    /// The same where it is known which tickets it has: none of a model that it does not serve yet.
    pub(crate) fn change_tickets(
        worker: &T::AccountId,
        model: &ModelId,
        mut own: OwnTickets<T>,
        wanted: u32,
    ) -> u32 {
        let before = own.len();
        let wanted = usize::try_from(wanted.min(T::MaxTickets::get())).unwrap_or(before);
        while own.len() > wanted {
            Self::take_last(worker, model, &mut own);
        }
        while own.len() < wanted {
            // As many as are wanted have a place, and no model has as many as can be counted.
            if Self::make_one(worker, model, &mut own).is_none() {
                break;
            }
        }
        let changed = before.abs_diff(own.len());
        if changed > 0 {
            Self::store_own(worker, model, own);
        }
        u32::try_from(changed).unwrap_or(u32::MAX)
    }

    /// Takes away the worker's last ticket for the model.
    pub(crate) fn drop_last(worker: &T::AccountId, model: &ModelId) {
        let mut own = TicketsOf::<T>::get(worker, model);
        Self::take_last(worker, model, &mut own);
        Self::store_own(worker, model, own);
    }

    fn store_own(worker: &T::AccountId, model: &ModelId, own: OwnTickets<T>) {
        let tickets = u32::try_from(own.len()).unwrap_or(u32::MAX);
        if own.is_empty() {
            TicketsOf::<T>::remove(worker, model);
        } else {
            TicketsOf::<T>::insert(worker, model, own);
        }
        Self::deposit_event(Event::TicketsChanged {
            worker: worker.clone(),
            model: *model,
            tickets,
        });
    }

    fn make_one(worker: &T::AccountId, model: &ModelId, own: &mut OwnTickets<T>) -> Option<()> {
        let index = TicketCount::<T>::get(model);
        let count = index.checked_add(1)?;
        let ordinal = u32::try_from(own.len()).ok()?;
        own.try_push(index).ok()?;
        Tickets::<T>::insert(
            model,
            index,
            Ticket {
                worker: worker.clone(),
                ordinal,
                since: frame_system::Pallet::<T>::block_number(),
            },
        );
        TicketCount::<T>::insert(model, count);
        Some(())
    }

    fn take_last(worker: &T::AccountId, model: &ModelId, own: &mut OwnTickets<T>) {
        let Some(index) = own.pop() else {
            defensive!("a ticket is taken away only from a worker that has one");
            return;
        };
        let Some(last) = TicketCount::<T>::get(model).checked_sub(1) else {
            defensive!("a model whose ticket is taken away has one");
            return;
        };
        let Some(moved) = Tickets::<T>::take(model, last).defensive() else {
            return;
        };
        if last == 0 {
            TicketCount::<T>::remove(model);
        } else {
            TicketCount::<T>::insert(model, last);
        }
        if index == last {
            return;
        }
        let relocate = |list: &mut OwnTickets<T>| {
            usize::try_from(moved.ordinal)
                .ok()
                .and_then(|ordinal| list.get_mut(ordinal))
                .defensive()
                .map(|place| *place = index)
        };
        if moved.worker == *worker {
            relocate(own);
        } else {
            TicketsOf::<T>::mutate(&moved.worker, model, relocate);
        }
        Tickets::<T>::insert(model, index, moved);
    }
}
