//! What happens to every call before and after its handler.
//!
//! All of it is one tower layer, the gate, that reads top to bottom in `handle`: when the call arrived, how long
//! it may take, who calls and whether the rule admits them, the handler behind a net for panics; then, on the answer, a
//! reason on every error, the bound on size and time of a stream, and what is recorded of it.

mod answer;
mod arrival;
mod authorise;
mod call;
mod deadline;
mod gate;
mod size;
mod status;
mod trace;

pub use arrival::{ReceivedAt, answer_by};
pub use deadline::Deadline;
pub use status::code_name;
pub use trace::{outgoing, traceparent};

pub(crate) use call::Recorder;
pub(crate) use gate::{Gate, Parts};
pub(crate) use size::Sizes;
