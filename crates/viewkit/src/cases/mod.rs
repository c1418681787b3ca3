//! What holds for any view of a log, as cases that a service's tests call by the name that fits theirs.
//!
//! A case panics where the view does not do it.

mod app_role;
mod columns;
mod live;
mod order;
mod owners;
mod rebuild;

pub use app_role::works_with_the_rights_of_the_app_role;
pub use columns::{Change, each_stored_column_is_in_the_digest};
pub use live::a_view_that_stopped_goes_on_where_it_stood;
pub use order::{both_engines_give_the_same_digest, shuffled_gives_the_same_digest};
pub use owners::{an_old_owner_cannot_set_the_checkpoint_back, two_processes_give_the_same_digest};
pub use rebuild::{
    a_changed_row_is_found_and_left_alone, a_rebuild_goes_on_beside_a_view_that_moves,
    nothing_of_a_rebuild_is_left_behind, rebuilt_has_the_digest_of_the_live_one,
    starting_over_reads_a_silent_log_again, two_rebuilds_at_once,
};
