//! Accounts and staff together: given what was recorded of them, when somebody looks, then this is written down.

mod gaps;
mod office;
mod properties;
