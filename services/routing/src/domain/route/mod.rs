//! Who takes a contact, and why (promises 2.1, 3.1, 3.2, 5.1.1, 5.1.2, 5.4.1).
//!
//! [`decide`] is one pure function of what is [`Known`], of the [`Contact`] and of who asks: the same inputs give the same
//! answer, and the answer carries the [`Reason`]s that led to it, in order.
//!
//! 1. `caller` finds out who calls and what they may ask for.
//! 2. `urgent` takes loss and theft, before all else.
//! 3. `manager` takes what is commercial; `desk` the rest, and what no manager can take.
//! 4. `need` says which team fits best; hours, overflow and the honest "closed until" are in `desk`; `reach` finds the number.

mod caller;
mod contact;
mod customer;
mod decide;
mod decision;
mod desk;
mod expect;
mod known;
mod manager;
mod need;
mod part;
mod reach;
mod set;
mod urgent;
mod words;

#[cfg(test)]
mod tests;

pub use contact::{Caller, Contact, Sight};
pub use decide::decide;
pub use decision::{Decision, Reach, Reason, Reasons, Route, Routes, To};
pub use expect::{Expected, ExpectedPart, expect};
pub use known::{
    AccountKey, AccountThen, Away, ContactPoint, Desk, HeldSkills, Known, ManagerThen, Opening, Period,
    Person, PointVersion, Staff,
};
pub use set::{Member, Set};
pub use words::{Family, Number, Region, Skill, Subject};
