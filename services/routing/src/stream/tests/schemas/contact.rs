use vigie_contractkit::Schemas;

use super::super::outcomes::CONTACTS;
use crate::domain::contact;
use crate::stream::contact::Payload;

#[test]
fn schemas_of_contacts() {
    use contact::*;
    Schemas::of(&["vigie.contact."])
        .event::<Payload<ContactOffered>>(name::CONTACT_OFFERED, "The contact waits for a team.")
        .event::<Payload<ContactQualified>>(name::CONTACT_QUALIFIED, "It is known who asks for what.")
        .event::<Payload<ContactAnswered>>(name::CONTACT_ANSWERED, "Somebody answers.")
        .event::<Payload<ContactAbandoned>>(name::CONTACT_ABANDONED, "The caller gave up waiting.")
        .event::<Payload<ContactTransferred>>(name::CONTACT_TRANSFERRED, "The contact is handed on to another team.")
        .event::<Payload<ContactTakenInCharge>>(name::CONTACT_TAKEN_IN_CHARGE, "A named agent takes the contact in charge; an automatic acknowledgement is none.")
        .event::<Payload<ContactEnded>>(name::CONTACT_ENDED, "The contact is over.")
        .event::<Payload<CallbackPromised>>(name::CALLBACK_PROMISED, "Somebody is to call back by due_by.")
        .event::<Payload<CallbackKept>>(name::CALLBACK_KEPT, "Somebody called back.")
        .event::<Payload<CallbackMissed>>(name::CALLBACK_MISSED, "Nobody called back, and nobody will.")
        .event::<Payload<CallbackOverdue>>(name::CALLBACK_OVERDUE, "The first date of a callback passed, and nothing was heard of it: that it was kept in time may still be told.")
        .event::<Payload<SurveyAnswered>>(name::SURVEY_ANSWERED, "The customer was asked, and answered.")
        .event::<Payload<QualityGraded>>(name::QUALITY_GRADED, "Somebody listened and graded.")
        .event::<Payload<ContactRepeated>>(name::CONTACT_REPEATED, "The contact is a further one on the subject of an earlier one.")
        .event::<Payload<ContactSplit>>(name::CONTACT_SPLIT, "The contact was split into parts: they are counted in its place.")
        .event::<Payload<PartAttached>>(name::PART_ATTACHED, "The contact is a part of another.")
        .are_as_checked_in(&CONTACTS);
}
