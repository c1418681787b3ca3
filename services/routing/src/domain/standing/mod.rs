//! How a customer stands with its account manager, now and since when (promise 2.1): what follows from the account, those
//! above it, and the staff, which are streams of their own.
//!
//! Nothing here is told what happened: it looks at everything as it is, and says what is to be written down. So it does
//! not matter which event led to the look, how late, or whether another one came before: whoever looks last writes what
//! is so, and what was so meanwhile is found by walking through the instants at which anything changed, each as it was
//! known at that instant. Two looks in either order write the same gaps.
//!
//! Invariant: who serves a customer is decided by [`holding`](super::account::holding) and
//! [`named_contact`](super::account::named_contact) alone, as in the answer that the customer gets.

mod cover;
mod presence;
mod scene;
mod turns;

#[cfg(test)]
mod tests;

pub use presence::{candidate_of, presence_of};
pub use scene::Scene;
