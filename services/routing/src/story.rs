//! Given, when, then: what the stories of every kind of stream are told with.

use std::fmt::Debug;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Context, Ids, SeededIds, Timestamp};
use vigie_command::Rejected;
use vigie_eventlog::{Aggregate, Decision};

/// What a story knows of its kind.
pub(crate) trait Told:
    Aggregate<State = Option<Self>, Event: PartialEq + Debug, Rejection: PartialEq + Rejected> + Sized
{
    /// Of the ids that it gives.
    const SEED: u64;

    /// The instant at which it begins.
    fn begins() -> Timestamp;

    /// Who asks, and by which door.
    fn context(now: Timestamp, act_id: Uuid) -> Context;

    /// An event's published name.
    fn name(event: &Self::Event) -> &'static str;

    /// Ends the test where the event does not show the state after it, which is this one.
    fn is_shown_by(&self, event: &Self::Event);
}

/// The life of one stream. Each command is decided, checked, and its events folded, a microsecond after the decision.
#[derive(Debug)]
pub(crate) struct Story<A: Told> {
    /// What has become of it; nothing before it is registered.
    pub(crate) state: Option<A>,
    /// All that was recorded so far, and when.
    pub(crate) events: Vec<(A::Event, Timestamp)>,
    /// What the last command led to.
    pub(crate) last: Result<Decision<A::Event>, A::Rejection>,
    now: Timestamp,
    ids: SeededIds,
}

impl<A: Told> Story<A> {
    /// Before anything happened.
    pub(crate) fn empty() -> Self {
        let ids = SeededIds::new(A::SEED);
        let last = Ok(Decision { events: Vec::new(), act_id: ids.next() });
        Self { state: None, events: Vec::new(), last, now: A::begins(), ids }
    }

    /// A command that is accepted.
    #[track_caller]
    pub(crate) fn given(self, command: A::Command) -> Self {
        let story = self.when(command);
        assert!(story.last.is_ok(), "given command was refused: {:?}", story.last);
        story
    }

    /// A command, accepted or not.
    #[track_caller]
    pub(crate) fn when(mut self, command: A::Command) -> Self {
        let context = A::context(self.now, self.ids.next());
        self.last = A::decide(&self.state, &command, &context);
        assert_eq!(self.last, A::decide(&self.state, &command, &context), "the same inputs decide alike");
        for event in self.last.iter().flat_map(|decided| decided.events.clone()) {
            let recorded_at = self.now.plus(Duration::from_micros(1));
            A::evolve(&mut self.state, &event, recorded_at);
            self.state.as_ref().expect("something is there after an event").is_shown_by(&event);
            self.events.push((event, recorded_at));
        }
        self
    }

    /// Time passes; the timer comes at the first instant that it was asked for, if that has come, and so on.
    #[track_caller]
    pub(crate) fn at(mut self, until: Timestamp) -> Self {
        while let Some(due) = A::next_due(&self.state).filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self = self.given(A::wake(due));
        }
        self.now = until;
        self
    }

    /// Time passes, and no timer comes.
    pub(crate) fn unwoken_at(self, until: Timestamp) -> Self {
        Self { now: until, ..self }
    }

    /// The last command recorded exactly these events: `absence_planned`, or the whole of the published name.
    #[track_caller]
    pub(crate) fn then(self, names: &[&str]) -> Self {
        let recorded = self.last.as_ref().expect("accepted").events.iter().map(A::name);
        let is_whole = names.iter().any(|name| name.contains('.'));
        let recorded: Vec<_> = recorded.map(|name| if is_whole { name } else { short(name) }).collect();
        assert_eq!(recorded, names);
        self
    }

    /// The last command was refused for this reason.
    #[track_caller]
    pub(crate) fn then_refused(self, reason: &str) -> Self {
        assert_eq!(self.last.as_ref().map_err(A::Rejection::reason).map(|_| "accepted"), Err(reason));
        self
    }

    /// All that was recorded so far.
    pub(crate) fn told(&self) -> impl DoubleEndedIterator<Item = &A::Event> {
        self.events.iter().map(|(event, _)| event)
    }

    /// The same, once nothing more is asked of the story.
    pub(crate) fn into_told(self) -> impl Iterator<Item = A::Event> {
        self.events.into_iter().map(|(event, _)| event)
    }

    /// The published names of all that was recorded so far.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.told().map(A::name).collect()
    }

    /// How often something of this short name was recorded so far.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.told().filter(|event| short(A::name(event)) == name).count()
    }

    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    /// So many days from now, or before it.
    pub(crate) fn day(&self, days: i64) -> Timestamp {
        Timestamp::from_micros(self.now.as_micros() + days * 86_400_000_000)
    }

    /// The act of the last command.
    #[track_caller]
    pub(crate) fn act(&self) -> Uuid {
        self.last.as_ref().expect("accepted").act_id
    }
}

/// `vigie.account.account_moved.v1` → `account_moved`
pub(crate) fn short(name: &'static str) -> &'static str {
    name.split('.').nth(2).expect("named by convention")
}
