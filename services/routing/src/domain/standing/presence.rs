//! A staff member, as accounts see them.

use uuid::Uuid;
use vigie_clock::Timestamp;

use crate::domain::account::{Away, Candidate, Presence, StaffContact};
use crate::domain::staff::StaffMember;
use crate::domain::{ALL_KNOWN, Code, Moment};

/// A staff member at a moment. One whom the log does not know any more is one who has left.
pub fn presence_of(staff_id: Uuid, member: Option<&StaffMember>, moment: Moment) -> Presence {
    let Some(member) = member else {
        return Presence {
            staff_id,
            name: None,
            is_trained: false,
            has_left: true,
            deputy_staff_id: None,
            away: None,
        };
    };
    let Moment { as_of, known_at } = moment;
    let away = member.absence(as_of, known_at);
    Presence {
        staff_id,
        name: member.profile().name.known().cloned(),
        is_trained: member.trained_until(Code::ACCOUNT_MANAGER, as_of, known_at).is_some(),
        has_left: member.leaves_at(known_at).is_some_and(|leaves_at| leaves_at <= as_of),
        deputy_staff_id: member.deputy(known_at),
        away: away.map(|absence| Away { until: absence.until, cover_staff_id: absence.cover_staff_id }),
    }
}

/// `member` as one to whom an account is to be given from `from` on.
pub fn candidate_of(member: &StaffMember, from: Timestamp) -> Candidate {
    let profile = member.profile();
    Candidate {
        contact: StaffContact {
            staff_id: member.staff_id(),
            name: profile.name.clone(),
            email: profile.email.clone(),
            number: profile.number.clone(),
        },
        is_account_manager: profile.is_account_manager,
        trained_until: member.trained_until(Code::ACCOUNT_MANAGER, from, ALL_KNOWN),
        leaves_at: member.leaves_at(ALL_KNOWN),
    }
}
