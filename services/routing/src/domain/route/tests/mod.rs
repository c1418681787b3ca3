//! Given an operator's base, when a contact comes, then who takes it and why.

mod callers;
mod desks;
mod expecting;
mod hours;
mod managers;
mod operator;
mod points;
mod properties;
mod urgent;
