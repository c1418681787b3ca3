//! Messages of the contract as JSON, from the same descriptors that reflection serves.

use std::sync::LazyLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::{Value, json};
use vigie_proto::{commitments, lines, log, notices, progress, reactions, routing, views};

/// A message that the command line prints.
pub(crate) trait Document: Message {
    /// Its full name in the contract.
    const NAME: &'static str;
}

macro_rules! documents {
    ($($package:ident { $($name:ident),* $(,)? })*) => {
        $($(
            impl Document for $package::$name {
                const NAME: &'static str =
                    concat!("vigie.", stringify!($package), ".v1.", stringify!($name));
            }
        )*)*

        #[cfg(test)]
        const NAMES: &[&str] = &[$($(<$package::$name as Document>::NAME,)*)*];
    };
}

documents! {
    lines {
        SuspendLineResponse, ReinstateLineResponse, SuspendPersonResponse, ReinstatePersonResponse,
        UndoSuspensionResponse, ReplaceSimResponse, TerminateLineResponse, GetLineResponse, Line, PendingLine,
        RecordHandsetResponse, DeclareTheftResponse, DeclareRecoveredResponse, NotePortOutResponse,
        CancelPortOutResponse, CompletePortOutResponse, GetReceiptResponse, ReconcileResponse, GetRegisterStatusResponse,
    }
    commitments { GetCharacteristicResponse, Case, RebuildResponse }
    routing {
        RegisterAccountResponse, GetAccountResponse, Account, MoveAccountResponse, ChangeAccountResponse,
        CloseAccountResponse, GetManagerResponse, AssignManagerResponse, EndAssignmentResponse, Assignment,
        RegisterPersonResponse, GetPersonResponse, Person, RemovePersonResponse, RegisterStaffResponse,
        GetStaffResponse, Staff, RecordTrainingResponse, PlanAbsenceResponse, CancelAbsenceResponse,
        RecordLeavingResponse, Work, RegisterDeskResponse, GetDeskResponse, Desk, PublishContactPointResponse,
        GetContactPointResponse, ContactPoint, RetireContactPointResponse, Recipient, RouteContactResponse,
        ChangePersonResponse, ChangeStaffResponse, ChangeDeskResponse, CloseDeskResponse, PlanReviewResponse,
        RescheduleReviewResponse, HoldReviewResponse, CancelReviewResponse, GetReviewPlanResponse, ReviewPlan,
        OpenProjectResponse, ChangeReferentResponse, AnswerProjectResponse, ChangeProjectPromiseResponse,
        CloseProjectResponse, GetProjectResponse, Project, GetContactResponse, ContactRecord, ContactFact,
        DeskPresence, RecordContactsResponse, SplitContactResponse, RejectedFact, SettleRejectedFactResponse,
    }
    notices {
        Notice, GetNoticeResponse, RetryNoticeResponse, DropNoticeResponse, Webhook, RegisterWebhookResponse,
        RemoveWebhookResponse, Preference, SetPreferenceResponse,
    }
    log { Event, Log, VerifyResponse }
    progress { TimelineEntry, WatchLineResponse, RebuildProgressResponse }
    reactions { Reaction, Effect, GetEffectResponse, RetryEffectResponse, GiveUpEffectResponse }
    views { DeadLetter, GetDeadLetterResponse, RetryDeadLetterResponse, SkipDeadLetterResponse }
}

static POOL: LazyLock<Option<DescriptorPool>> =
    LazyLock::new(|| DescriptorPool::decode(vigie_proto::DESCRIPTORS).ok());

/// `message` with the contract's field names; every field is there, times are RFC 3339, enums by name, 64-bit
/// counts as numbers, bytes in base64.
pub(crate) fn document<M: Document>(message: &M) -> Value {
    let dynamic = POOL
        .as_ref()
        .and_then(|pool| pool.get_message_by_name(M::NAME))
        .and_then(|descriptor| DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice()).ok());
    let options = SerializeOptions::new()
        .use_proto_field_name(true)
        .stringify_64_bit_integers(false)
        .skip_default_fields(false);
    dynamic
        .and_then(|dynamic| dynamic.serialize_with_options(serde_json::value::Serializer, &options).ok())
        .unwrap_or(Value::Null)
}

/// A message of the contract from what [`document`] makes of one: fields may be left out, unknown ones are refused.
pub(crate) fn message<M: Document + Default>(value: Value) -> Result<M, String> {
    let descriptor = POOL.as_ref().and_then(|pool| pool.get_message_by_name(M::NAME));
    let descriptor = descriptor.ok_or_else(|| format!("{} is not in the contract", M::NAME))?;
    let dynamic = DynamicMessage::deserialize(descriptor, value).map_err(|error| error.to_string())?;
    M::decode(dynamic.encode_to_vec().as_slice()).map_err(|error| error.to_string())
}

/// An event with its payload as JSON and its hash in hex, as `--after` takes it.
pub(crate) fn event(event: &log::Event) -> Value {
    let mut value = document(event);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("hash".into(), hex::encode(&event.hash).into());
        if let Ok(payload) = serde_json::from_slice(&event.payload) {
            fields.insert("payload".into(), payload);
        }
    }
    value
}

/// A log that is served, with its head's hash in hex.
pub(crate) fn served_log(log: &log::Log) -> Value {
    with_head(document(log), log.head.as_ref())
}

/// The end of a verification, with the head's hash in hex.
pub(crate) fn verification(response: &log::VerifyResponse) -> Value {
    with_head(document(response), response.head.as_ref())
}

fn with_head(mut value: Value, head: Option<&log::Checkpoint>) -> Value {
    if let (Some(head), Some(fields)) = (head, value.as_object_mut()) {
        let hash = hex::encode(&head.hash);
        fields.insert(
            "head".into(),
            json!({ "incarnation": head.incarnation, "position": head.position, "hash": hash }),
        );
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_in_the_contract() {
        let pool = POOL.as_ref().unwrap();
        for name in NAMES {
            assert!(pool.get_message_by_name(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_times_and_counts_are_as_programs_expect() {
        let line = lines::Line {
            msisdn: "+33639980001".into(),
            reasons: vec![2],
            requested_at: Some(prost_types::Timestamp { seconds: 1_795_325_246, nanos: 120_000 }),
            version: 7,
            ..Default::default()
        };
        let value = document(&line);
        assert_eq!(value["msisdn"], "+33639980001");
        assert_eq!(value["reasons"], json!(["SUSPENSION_REASON_THEFT"]));
        assert_eq!(value["requested_at"], "2026-11-22T05:27:26.000120Z");
        assert_eq!(value["version"], 7);
        assert_eq!(value["cost_centre"], "", "an empty field is there all the same");
        assert_eq!(value["state"], "LINE_STATE_UNSPECIFIED");
    }

    #[test]
    fn an_event_shows_what_it_says() {
        let recorded = log::Event {
            position: 3,
            payload: br#"{"line_id":"x","sequence":1}"#.to_vec(),
            hash: vec![0xab, 0xcd],
            ..Default::default()
        };
        let value = event(&recorded);
        assert_eq!(value["payload"]["sequence"], 1);
        assert_eq!(value["hash"], "abcd");
        assert_eq!(value["position"], 3);
    }
}
