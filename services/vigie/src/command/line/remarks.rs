//! What else there is to know of what was just done.

use vigie_proto::lines::Remark;

use crate::output::Output;

/// Tells people; programs have it in the document.
pub(super) fn tell(output: &mut Output, remarks: &[i32]) {
    for remark in remarks {
        let text = match Remark::try_from(*remark) {
            Ok(Remark::PortOutGoesOn) => {
                "The number is on its way to another operator: suspending the line does not stop that."
            }
            Ok(Remark::LineNotSuspended) => {
                "The line is not suspended for theft: `vigie line suspend --reason theft` bars it."
            }
            Ok(Remark::HandsetStillStolen) => {
                "A handset of this line is still declared stolen, and does not work in the network."
            }
            // A newer service may have more to say than this build understands.
            Ok(Remark::Unspecified) | Err(_) => continue,
        };
        output.note(text);
    }
}
