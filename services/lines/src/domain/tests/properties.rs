//! Whatever is asked, in whatever order.

use std::time::Duration;

use proptest::prelude::*;
use vigie_eventlog::Aggregate;

use super::story::short_name;
use super::*;
use crate::domain::*;

/// What may be asked next; what depends on the line (acts, sequences) is filled in when its turn comes.
#[derive(Clone, Debug)]
enum Step {
    Ask(Command),
    UndoLatest(Authority),
    Confirm { stale: bool, cs: bool, ps: bool },
    Drift { cs: bool, ps: bool, own: bool },
    DriftRepaired,
    ListReadBack { which: usize, is_kept: bool },
    Recover { which: usize, by: Authority },
    WakeWhenDue,
    Pause(u64),
}

impl Step {
    fn take(self, story: Story) -> Story {
        let line = story.line();
        let sequence = story.sequence();
        let barred = line.must_be_barred();
        match self {
            Self::Ask(command) => story.when(command),
            Self::UndoLatest(by) => {
                let act_id = line.latest_act().map_or_else(uuid::Uuid::nil, |act| act.act_id);
                story.when(undo(act_id, by))
            }
            Self::Confirm { stale, cs, ps } => story.when(Command::Confirm {
                sequence: if stale { sequence.wrapping_sub(1) } else { sequence },
                read_back: Confirmation { cs, ps, attached: cs, simulated: ps },
            }),
            Self::Drift { cs, ps, own } => story.when(Command::RecordDrift {
                sequence,
                found: Observed::domains(cs, ps),
                explained_by_own_write: own,
            }),
            Self::DriftRepaired => story.when(Command::RecordDriftRepaired {
                sequence,
                read_back: story::read_back(barred),
                approved_by: None,
            }),
            Self::ListReadBack { which, is_kept } => match nth_declaration(&story, which) {
                Some(id) if line.declaration(id).is_some_and(|one| one.state.is_stolen()) => {
                    story.when(blocked(id))
                }
                Some(id) => story.when(released(id, is_kept)),
                None => story,
            },
            Self::Recover { which, by } => match nth_declaration(&story, which) {
                Some(id) => story.when(recovered(Some(id), "2026-11-23T02:30:00Z", by)),
                None => story,
            },
            Self::WakeWhenDue => match next_due(&story.line) {
                Some(due) => story.when(Command::Wake { due }),
                None => story,
            },
            Self::Pause(seconds) => story.after(Duration::from_secs(seconds)),
        }
    }
}

fn nth_declaration(story: &Story, which: usize) -> Option<uuid::Uuid> {
    let declarations = story.line().declarations();
    declarations.get(which % declarations.len().max(1)).map(|declaration| declaration.declaration_id)
}

/// Handsets, their thefts and the way of the number to another operator.
fn any_other_step() -> impl Strategy<Value = Step> {
    let handset = || prop::sample::select(vec![IMEI, OTHER_IMEI]);
    let declared = prop::sample::select(vec!["2026-11-23T02:00:00Z", "2026-10-01T02:00:00Z"]);
    let planned = prop::sample::select(vec!["2026-11-24T02:00:00Z", "2026-11-25T02:00:00Z"]);
    let told = || prop::sample::select(vec![advisor(), integration(), manager()]);
    prop_oneof![
        2 => (handset(), told()).prop_map(|(imei, by)| Step::Ask(record_handset(imei, by))),
        4 => (prop::option::of(handset()), declared, anybody()).prop_map(|(handset, declared_at, by)| {
            let report = TheftReport { imei: handset.map(imei), ..report(declared_at) };
            Step::Ask(declare_theft(report, by))
        }),
        4 => (0_usize..4, any::<bool>()).prop_map(|(which, is_kept)| Step::ListReadBack { which, is_kept }),
        2 => (0_usize..4, anybody()).prop_map(|(which, by)| Step::Recover { which, by }),
        2 => (planned, told()).prop_map(|(planned_at, by)| Step::Ask(note_port_out(planned_at, by))),
        1 => told().prop_map(|by| Step::Ask(Command::CancelPortOut { by })),
    ]
}

/// Of an act or of a handset.
fn alerts(story: &Story) -> Vec<(&'static str, Option<uuid::Uuid>)> {
    let of_kind = |name: &str| name.ends_with("_overdue");
    let named = story.events.iter().map(|(event, _)| (short_name(event), event.act_id()));
    named.filter(|(name, _)| of_kind(name)).collect()
}

fn anybody() -> impl Strategy<Value = Authority> {
    let person = prop::sample::select(vec![user(), stranger(), manager(), advisor(), clerk()]);
    (person, any::<bool>(), prop::bool::weighted(0.1)).prop_map(|(person, step_up, asked_from_this_line)| {
        Authority { step_up, asked_from_this_line, ..person }
    })
}

fn anyone_on_the_phone() -> impl Strategy<Value = Option<OnBehalf>> {
    let caller =
        prop::sample::select(vec![by_phone(&["code"]), by_phone(&[]), by_phone_for_manager(&["code"])]);
    prop::option::weighted(0.3, caller)
}

fn any_reason() -> impl Strategy<Value = Reason> {
    prop::sample::select(Reason::ALL.to_vec())
}

fn any_step() -> impl Strategy<Value = Step> {
    let recovery = prop::option::of(Just(HandsetRecovery {
        attested_by: "paul.martin".to_owned(),
        recovered_at: at("2026-11-23T03:00:00Z"),
    }));
    prop_oneof![
        4 => (any_reason(), anybody(), anyone_on_the_phone())
            .prop_map(|(reason, by, on_behalf)| Step::Ask(Command::Suspend { reason, by, on_behalf })),
        4 => (any_reason(), anybody(), anyone_on_the_phone(), recovery).prop_map(
            |(reason, by, on_behalf, handset_recovery)| {
                Step::Ask(Command::Reinstate { reason, by, on_behalf, handset_recovery })
            }
        ),
        1 => anybody().prop_map(Step::UndoLatest),
        1 => (prop::sample::select(vec![new_sim(), second_sim(), a_line().sim]), anybody())
            .prop_map(|(sim, by)| Step::Ask(replace_sim(sim, by))),
        4 => (prop::bool::weighted(0.1), any::<bool>(), any::<bool>())
            .prop_map(|(stale, cs, ps)| Step::Confirm { stale, cs, ps }),
        1 => (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(cs, ps, own)| Step::Drift { cs, ps, own }),
        1 => Just(Step::DriftRepaired),
        1 => Just(Step::WakeWhenDue),
        1 => (0_u64..100).prop_map(Step::Pause),
    ]
}

/// Termination ends all; so it is rare.
fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        60 => any_step(),
        30 => any_other_step(),
        1 => anybody().prop_map(|by| Step::Ask(terminate(by))),
        1 => Just(Step::Ask(complete_port_out("2026-11-23T02:30:00Z", integration()))),
    ];
    prop::collection::vec(step, 0..60)
}

fn played(steps: Vec<Step>) -> Story {
    steps.into_iter().fold(Story::of_a_line(), |story, step| step.take(story))
}

proptest! {
    #[test]
    fn replaying_the_stored_events_gives_the_state_reached(steps in any_steps()) {
        let story = played(steps);
        let mut replayed = None;
        for (event, recorded_at) in &story.events {
            let stored = Line::encode(event).expect("encodes");
            let decoded = Line::decode(stored.event_type, &stored.payload).expect("decodes");
            prop_assert_eq!(&decoded, event);
            evolve(&mut replayed, &decoded, *recorded_at);
        }
        prop_assert_eq!(replayed, story.line);
    }

    #[test]
    fn the_register_is_never_to_be_open_while_a_reason_is_there(steps in any_steps()) {
        let mut story = Story::of_a_line();
        for step in steps {
            story = step.take(story);
            let line = story.line();
            let target = &line.intent().expect("identifiers are known").target;
            let wants_bar = line.reasons().next().is_some() || line.state() == LineState::Terminated;
            prop_assert_eq!(target.is_barred(), wants_bar);
        }
    }

    #[test]
    fn reasons_only_shrink_by_being_lifted_one_at_a_time(steps in any_steps()) {
        let mut story = Story::of_a_line();
        for step in steps {
            let before: Vec<_> = story.line().reasons().collect();
            let seen = story.events.len();
            story = step.take(story);
            let lost: Vec<_> = before.iter().filter(|reason| !story.line().has(**reason)).collect();
            let lifts: Vec<_> = story.events.iter().skip(seen).map(|(event, _)| short_name(event))
                .filter(|name| ["suspension_reason_lifted", "reinstatement_requested"].contains(name)).collect();
            prop_assert_eq!(lost.len(), lifts.len());
            prop_assert!(lost.len() <= 1);
        }
    }

    #[test]
    fn an_act_ends_once_and_nothing_waits_for_a_confirmed_intent(steps in any_steps()) {
        let mut story = Story::of_a_line();
        let mut ended = std::collections::BTreeMap::new();
        for step in steps {
            let sequence = story.sequence();
            story = step.take(story);
            let line = story.line();
            prop_assert!(story.sequence() >= sequence, "intents are never taken back");
            prop_assert!(line.is_unconfirmed() || line.pending_acts().next().is_none());
            prop_assert_eq!(line.evidence() == Evidence::NotYetConfirmed || line.unconfirmed().is_none(), true);
            for (event, _) in &story.events {
                let Some(act) = event.act_id().and_then(|act_id| line.act(act_id)) else { continue };
                if !act.is_pending() {
                    let first = *ended.entry(act.act_id).or_insert(act.state);
                    prop_assert_eq!(first, act.state);
                }
            }
        }
    }

    #[test]
    fn each_alert_comes_once_and_is_waited_for_until_then(steps in any_steps()) {
        let mut story = Story::of_a_line();
        for step in steps {
            let due = next_due(&story.line);
            let is_wake = matches!(step, Step::WakeWhenDue);
            story = step.take(story);
            prop_assert!(!is_wake || due.is_none() || next_due(&story.line) > due || next_due(&story.line).is_none());
        }
        let alerts = alerts(&story);
        let distinct: std::collections::BTreeSet<_> = alerts.iter().collect();
        prop_assert_eq!(distinct.len(), alerts.len());
    }

    #[test]
    fn one_handset_has_one_standing_declaration_and_a_deadline_that_never_moves(steps in any_steps()) {
        let mut story = Story::of_a_line();
        let mut deadlines = std::collections::BTreeMap::new();
        for step in steps {
            story = step.take(story);
            let declarations = story.line().declarations();
            let standing: Vec<_> = declarations.iter().filter(|one| one.state.is_stolen()).collect();
            let handsets: std::collections::BTreeSet<_> = standing.iter().map(|one| one.imei.known()).collect();
            prop_assert_eq!(handsets.len(), standing.len());
            for one in declarations {
                prop_assert_eq!(*deadlines.entry(one.declaration_id).or_insert(one.due_at), one.due_at);
                prop_assert!(one.due_at > one.received_at, "nobody is late before they know");
            }
        }
    }

    #[test]
    fn a_stolen_phone_is_only_opened_by_a_manager(steps in any_steps()) {
        let mut story = Story::of_a_line();
        for step in steps {
            let stolen = story.line().has(Reason::Theft);
            let asked = step.clone();
            story = step.take(story);
            if stolen && !story.line().has(Reason::Theft) {
                let Step::Ask(Command::Reinstate { by, on_behalf, .. }) = asked else {
                    return Err(TestCaseError::fail("THEFT was lifted by something else than a reinstatement"));
                };
                let by_manager = on_behalf.map_or(by.is(Role::Manager), |caller| caller.is_manager);
                prop_assert!(by.step_up && by_manager && !by.asked_from_this_line);
            }
        }
    }
}
