//! The base is a fold of the log, however the log comes.

mod fold;
mod following;
mod golden;
mod numbers;
mod size;
