//! What the kit asks of a broker: is it ready, make this topic, this user, this right.

use std::time::{Duration, Instant};

use crate::Error;

use super::NAME;
use super::wire::{Answer, Connection, Form, Request};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a change may take to show on the broker that made it.
const EFFECT_LIMIT: Duration = Duration::from_secs(10);

const METADATA: i16 = 3;
const CREATE_TOPICS: i16 = 19;
const DESCRIBE_ACLS: i16 = 29;
const CREATE_ACLS: i16 = 30;
const DELETE_ACLS: i16 = 31;
const DESCRIBE_USER_SCRAM_CREDENTIALS: i16 = 50;
const ALTER_USER_SCRAM_CREDENTIALS: i16 = 51;

const SCRAM_SHA_512: i8 = 2;
const ALLOW: i8 = 3;

/// Whether the broker takes part in the cluster: one that is only starting, or still fenced after a crash, does not
/// name itself among the living.
pub(super) fn is_ready(bootstrap: &str) -> bool {
    let asked = Connection::open(bootstrap, Duration::from_secs(1)).and_then(|mut broker| {
        let metadata = Metadata::read(&mut broker, None)?;
        Ok(metadata.brokers > 0)
    });
    asked.unwrap_or(false)
}

/// Creates a topic with the broker's replication factor and waits until each partition has a leader.
pub(super) fn create_topic(
    bootstrap: &str,
    name: &str,
    partitions: u16,
    configs: &[(&str, &str)],
) -> Result<(), Error> {
    const DEFAULT_REPLICATION: i16 = -1;
    let mut broker = Connection::open(bootstrap, PATIENCE)?;
    let request = Request::new(CREATE_TOPICS, 4, Form::Fixed)
        .array([name], |request, name| {
            request
                .text(name)
                .i32(i32::from(partitions))
                .i16(DEFAULT_REPLICATION)
                .array([(); 0], |request, ()| request)
                .array(configs, |request, (name, value)| request.text(name).text(value))
        })
        .i32(milliseconds(PATIENCE))
        .bool(false);
    let mut answer = broker.ask(request)?;
    let _throttled = answer.i32()?;
    answer.array(|answer| {
        let topic = answer.text()?;
        outcome(&format!("topic {topic}"), answer)
    })?;
    until(&format!("leaders of topic {name}"), || {
        Ok(Metadata::read(&mut broker, Some(name))?.led == usize::from(partitions))
    })
}

/// What the broker knows of the cluster, and of one topic if it was asked for one.
struct Metadata {
    brokers: usize,
    /// Partitions of the topic that have a leader.
    led: usize,
}

impl Metadata {
    fn read(broker: &mut Connection, topic: Option<&str>) -> Result<Self, Error> {
        let request = Request::new(METADATA, 4, Form::Fixed)
            .array(topic.as_slice(), |r, topic| r.text(topic))
            .bool(false);
        let mut answer = broker.ask(request)?;
        let _throttled = answer.i32()?;
        let brokers = answer.array(|answer| {
            let (_id, _host, _port, _rack) = (answer.i32()?, answer.text()?, answer.i32()?, answer.text()?);
            Ok(())
        })?;
        let (_cluster, _controller) = (answer.text()?, answer.i32()?);
        let topics = answer.array(|answer| {
            let (_error, _name, _internal) = (answer.i16()?, answer.text()?, answer.i8()?);
            answer.array(|answer| {
                let (error, _partition, leader) = (answer.i16()?, answer.i32()?, answer.i32()?);
                let (_replicas, _in_sync) = (answer.array(Answer::i32)?, answer.array(Answer::i32)?);
                Ok(error == 0 && leader >= 0)
            })
        })?;
        let led = topics.iter().flatten().filter(|is_led| **is_led).count();
        Ok(Self { brokers: brokers.len(), led })
    }
}

/// One entry of the broker's access control list, of kind "allow".
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) user: &'a str,
    pub(super) resource: Resource,
    pub(super) pattern: Pattern<'a>,
    pub(super) operation: Operation,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Resource {
    Topic = 2,
    Group = 3,
    TransactionalId = 5,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Operation {
    Read = 3,
    Write = 4,
}

/// Which names an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern<'a> {
    Name(&'a str),
    Prefix(&'a str),
}

impl<'a> Pattern<'a> {
    /// A name that ends with `*` stands for all that begin like it.
    pub(super) fn of(name: &'a str) -> Self {
        match name.strip_suffix('*') {
            Some("") | None => Self::Name(name),
            Some(prefix) => Self::Prefix(prefix),
        }
    }

    fn write(self, request: Request) -> Request {
        match self {
            Self::Name(name) => request.text(name).i8(3),
            Self::Prefix(prefix) => request.text(prefix).i8(4),
        }
    }
}

impl Entry<'_> {
    fn write(&self, request: Request) -> Request {
        let request = request.i8(self.resource as i8);
        let request = self.pattern.write(request);
        request.text(&format!("User:{}", self.user)).text("*").i8(self.operation as i8).i8(ALLOW)
    }
}

/// Adds the entries and waits until the broker applies them.
pub(super) fn allow(bootstrap: &str, entries: &[Entry<'_>]) -> Result<(), Error> {
    let mut broker = Connection::open(bootstrap, PATIENCE)?;
    let request =
        Request::new(CREATE_ACLS, 1, Form::Fixed).array(entries, |request, entry| entry.write(request));
    let mut answer = broker.ask(request)?;
    let _throttled = answer.i32()?;
    answer.array(|answer| outcome("access control", answer))?;
    entries.iter().try_for_each(|entry| until("a right in force", || is_in_force(&mut broker, entry)))
}

/// Removes the entries and waits until the broker applies that.
pub(super) fn revoke(bootstrap: &str, entries: &[Entry<'_>]) -> Result<(), Error> {
    let mut broker = Connection::open(bootstrap, PATIENCE)?;
    let request =
        Request::new(DELETE_ACLS, 1, Form::Fixed).array(entries, |request, entry| entry.write(request));
    let mut answer = broker.ask(request)?;
    let (_throttled, removals) = (answer.i32()?, answer.i32()?);
    // Behind each outcome stand the entries it removed: the wait below tells more.
    if removals > 0 {
        outcome("access control", &mut answer)?;
    }
    entries.iter().try_for_each(|entry| {
        until("a right no more in force", || is_in_force(&mut broker, entry).map(|in_force| !in_force))
    })
}

fn is_in_force(broker: &mut Connection, entry: &Entry<'_>) -> Result<bool, Error> {
    let mut answer = broker.ask(entry.write(Request::new(DESCRIBE_ACLS, 1, Form::Fixed)))?;
    let _throttled = answer.i32()?;
    outcome("access control", &mut answer)?;
    let resources = answer.i32()?;
    Ok(resources > 0)
}

/// What a broker stores of a password (RFC 5802).
#[derive(Clone, Copy, Debug)]
pub(super) struct Credential<'a> {
    pub(super) user: &'a str,
    pub(super) iterations: u16,
    pub(super) salt: &'a [u8],
    pub(super) salted_password: &'a [u8],
}

/// Sets a user's credential and waits until the broker knows it, which shows by its number of iterations.
pub(super) fn set_credential(bootstrap: &str, credential: &Credential<'_>) -> Result<(), Error> {
    let mut broker = Connection::open(bootstrap, PATIENCE)?;
    let request = Request::new(ALTER_USER_SCRAM_CREDENTIALS, 0, Form::Flexible)
        .array([(); 0], |request, ()| request)
        .array([credential], |request, credential| {
            request
                .text(credential.user)
                .i8(SCRAM_SHA_512)
                .i32(i32::from(credential.iterations))
                .bytes(credential.salt)
                .bytes(credential.salted_password)
                .end()
        })
        .end();
    let mut answer = broker.ask(request)?;
    let _throttled = answer.i32()?;
    answer.array(|answer| {
        let user = answer.text()?;
        outcome(&format!("user {user}"), answer)?;
        answer.end()
    })?;
    until("a user's credential in force", || {
        Ok(iterations(&mut broker, credential.user)?.contains(&i32::from(credential.iterations)))
    })
}

fn iterations(broker: &mut Connection, user: &str) -> Result<Vec<i32>, Error> {
    let request = Request::new(DESCRIBE_USER_SCRAM_CREDENTIALS, 0, Form::Flexible)
        .array([user], |request, user| request.text(user).end())
        .end();
    let mut answer = broker.ask(request)?;
    let _throttled = answer.i32()?;
    outcome("users", &mut answer)?;
    let users = answer.array(|answer| {
        let (_user, _unknown, _message) = (answer.text()?, answer.i16()?, answer.text()?);
        let credentials = answer.array(|answer| {
            let (_mechanism, iterations) = (answer.i8()?, answer.i32()?);
            answer.end()?;
            Ok(iterations)
        })?;
        answer.end()?;
        Ok(credentials)
    })?;
    Ok(users.into_iter().flatten().collect())
}

/// An error code and a message, as most answers hold them.
fn outcome(what: &str, answer: &mut Answer) -> Result<(), Error> {
    let (code, message) = (answer.i16()?, answer.text()?);
    if code == 0 { Ok(()) } else { Err(Error::failed(NAME, format!("{what}: {message} (error {code})"))) }
}

fn until(what: &str, mut is_so: impl FnMut() -> Result<bool, Error>) -> Result<(), Error> {
    let asked = Instant::now();
    while !is_so()? {
        if asked.elapsed() > EFFECT_LIMIT {
            return Err(Error::timed_out(what, EFFECT_LIMIT));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

fn milliseconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_at_the_end_is_a_prefix_and_alone_it_is_the_brokers_wildcard() {
        assert_eq!(Pattern::of("vigie.line.*"), Pattern::Prefix("vigie.line."));
        assert_eq!(Pattern::of("vigie.line"), Pattern::Name("vigie.line"));
        assert_eq!(Pattern::of("*"), Pattern::Name("*"));
    }
}
