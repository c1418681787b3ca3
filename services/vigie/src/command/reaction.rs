//! `vigie reaction …`

use jiff::tz::TimeZone;
use vigie_proto::reactions::{
    Effect, EffectState, GetEffectRequest, GetEffectResponse, GiveUpEffectRequest, ListReactionsRequest,
    ListWaitingEffectsRequest, Reaction, ReactionState, RetryEffectRequest,
};

use crate::cli::{EffectArgs, ListWaiting, ReactionCommand, RuleOnEffect};
use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, time};

pub(super) async fn run(client: Client, output: &mut Output, command: ReactionCommand) -> Result<(), Error> {
    match command {
        ReactionCommand::List => list(&client, output).await,
        ReactionCommand::Waiting(arguments) => waiting(&client, output, arguments).await,
        ReactionCommand::Show(effect) => show(&client, output, &effect).await,
        ReactionCommand::Retry(arguments) => retry(&client, output, arguments).await,
        ReactionCommand::GiveUp(arguments) => give_up(&client, output, arguments).await,
    }
}

async fn list(client: &Client, output: &mut Output) -> Result<(), Error> {
    let response = client.reactions().list_reactions(prompt(ListReactionsRequest {})).await?.into_inner();
    for reaction in &response.reactions {
        output.document(&json::document(reaction))?;
    }
    output.text(&render_reactions(&response.reactions))
}

fn render_reactions(reactions: &[Reaction]) -> String {
    let mut table = Table::new([
        ("reaction", Align::Left),
        ("log", Align::Left),
        ("state", Align::Left),
        ("position", Align::Right),
        ("to do", Align::Right),
        ("waiting", Align::Right),
        ("why", Align::Left),
    ]);
    for reaction in reactions {
        let (state, state_style) = match reaction.state() {
            ReactionState::Following => ("goes on", style::GOOD),
            ReactionState::Stopped => ("stopped", style::BAD),
            ReactionState::Starting | ReactionState::Unspecified => ("starting", style::WAITING),
        };
        let waiting_style = if reaction.waiting > 0 { style::BAD } else { style::PLAIN };
        table.row([
            Cell::styled(&reaction.reaction, style::STRONG),
            reaction.log.as_str().into(),
            Cell::styled(state, state_style),
            reaction.position.to_string().into(),
            reaction.to_do.to_string().into(),
            Cell::styled(reaction.waiting.to_string(), waiting_style),
            Cell::styled(one_line(&reaction.why), style::BAD),
        ]);
    }
    table.render()
}

async fn waiting(client: &Client, output: &mut Output, arguments: ListWaiting) -> Result<(), Error> {
    let reaction = arguments.reaction.unwrap_or_default();
    let mut paging = Paging::new(arguments.limit);
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListWaitingEffectsRequest { reaction: reaction.clone(), page_size, page_token };
        let mut page = client.reactions().list_waiting_effects(prompt(request)).await?.into_inner();
        paging.took(&mut page.effects, page.next_page_token);
        for effect in &page.effects {
            output.document(&json::document(effect))?;
        }
        if !page.effects.is_empty() {
            let text = render_waiting(&page.effects, output.zone());
            output.text(&text)?;
        }
    }
    match paging.remark("effects") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("Nothing waits.")?,
        None => {}
    }
    Ok(())
}

fn render_waiting(effects: &[Effect], zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("reaction", Align::Left),
        ("effect", Align::Left),
        ("event", Align::Left),
        ("recorded", Align::Left),
        ("waits since", Align::Left),
        ("tries", Align::Right),
        ("why", Align::Left),
    ]);
    for effect in effects {
        table.row([
            Cell::styled(&effect.reaction, style::STRONG),
            effect.effect_id.as_str().into(),
            format!("{} v{}", short(&effect.event_type), effect.stream_version).into(),
            Cell::styled(time::local(effect.recorded_at.as_ref(), zone), style::FAINT),
            time::local(effect.since.as_ref(), zone).into(),
            Cell::styled(effect.attempts.to_string(), style::WAITING),
            Cell::styled(one_line(&effect.why), style::BAD),
        ]);
    }
    table.render()
}

async fn show(client: &Client, output: &mut Output, effect: &EffectArgs) -> Result<(), Error> {
    let request =
        GetEffectRequest { reaction: effect.reaction.clone(), effect_id: effect.effect_id.to_string() };
    let response = client.reactions().get_effect(prompt(request)).await?.into_inner();
    output.either(|| json::document(&response), |zone| render(&response, zone))
}

fn render(response: &GetEffectResponse, zone: &TimeZone) -> String {
    let effect = response.effect.clone().unwrap_or_default();
    let (state, state_style) = match effect.state() {
        EffectState::Waiting => ("waits for a person", style::BAD),
        EffectState::Done => ("is done", style::GOOD),
        EffectState::GivenUp => ("was given up", style::WAITING),
        EffectState::ToDo | EffectState::Unspecified => ("is carried out", style::PLAIN),
    };
    let title = format!(
        "{}  {}",
        paint(style::STRONG, &effect.effect_id),
        paint(state_style, &format!("of {} {state}", effect.reaction))
    );
    let tried = match (effect.attempts, effect.maybe_done) {
        (attempts, true) => format!("{attempts}; one of them may have had its effect"),
        (attempts, false) => attempts.to_string(),
    };
    let mut fields = Fields::new(title)
        .paragraph("why", &effect.why)
        .field("since", time::local(effect.since.as_ref(), zone))
        .field("attempts", tried);
    if let Some(ruling) = &effect.ruling {
        fields = fields
            .field("a person said", ruling.reason.as_str())
            .field("who and when", format!("{}, {}", ruling.by, time::local(ruling.at.as_ref(), zone)));
    }
    fields
        .field("event", format!("{}, version {} of its stream", effect.event_type, effect.stream_version))
        .field("position", format!("{} of the log of {}", effect.position, effect.log))
        .field("recorded", time::local(effect.recorded_at.as_ref(), zone))
        .styled("stream id", &effect.stream_id, style::FAINT)
        .styled("event id", &effect.event_id, style::FAINT)
        .field("what it says", &response.read_with)
        .render()
}

async fn retry(client: &Client, output: &mut Output, arguments: RuleOnEffect) -> Result<(), Error> {
    let RuleOnEffect { effect: EffectArgs { reaction, effect_id }, reason, attempts } = arguments;
    let request = RetryEffectRequest { reaction, effect_id: effect_id.to_string(), reason, attempts };
    let response = client.reactions().retry_effect(prompt(request)).await?.into_inner();
    let said = || format!("{}: it is carried out now; `vigie reaction show` says how that ends.", done());
    output.either(|| json::document(&response), |_| said())
}

async fn give_up(client: &Client, output: &mut Output, arguments: RuleOnEffect) -> Result<(), Error> {
    let RuleOnEffect { effect: EffectArgs { reaction, effect_id }, reason, attempts } = arguments;
    let request = GiveUpEffectRequest { reaction, effect_id: effect_id.to_string(), reason, attempts };
    let response = client.reactions().give_up_effect(prompt(request)).await?.into_inner();
    let said = || format!("{}: it was given up; what comes later of its stream goes on.", done());
    output.either(|| json::document(&response), |_| said())
}

fn done() -> String {
    paint(style::GOOD, "done")
}

/// `line.theft_declared.v1`
fn short(event_type: &str) -> &str {
    event_type.trim_start_matches("vigie.")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use vigie_proto::reactions::EffectRuling;

    fn effect() -> Effect {
        Effect {
            reaction: "lines.block_list".into(),
            log: "lines".into(),
            effect_id: "0197b1f0-0000-7000-8000-000000000001".into(),
            event_type: "vigie.line.theft_declared.v1".into(),
            stream_version: 3,
            position: 42,
            state: EffectState::Waiting.into(),
            why: "the list\ndoes not take it".into(),
            attempts: 2,
            maybe_done: true,
            ..Effect::default()
        }
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn what_waits_is_one_line_of_a_list() {
        let text = plain(&render_waiting(&[effect()], &TimeZone::UTC));
        assert_eq!(text.lines().count(), 2, "{text}");
        for part in ["lines.block_list", "line.theft_declared.v1 v3", "the list does not take it"] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }

    #[test]
    fn a_reaction_that_stopped_says_why() {
        let stopped = Reaction {
            reaction: "routing.standing".into(),
            state: ReactionState::Stopped.into(),
            why: "the log was restored".into(),
            ..Reaction::default()
        };
        let text = plain(&render_reactions(&[stopped]));
        assert!(text.contains("stopped") && text.contains("the log was restored"), "{text}");
    }

    #[test]
    fn an_effect_shows_what_a_person_last_said_and_that_it_may_be_done() {
        let ruling =
            EffectRuling { by: "sre-1".into(), reason: "the list is back".into(), ..EffectRuling::default() };
        let effect = Effect { ruling: Some(ruling), ..effect() };
        let response = GetEffectResponse { effect: Some(effect), read_with: "vigie log tail".into() };
        let text = plain(&render(&response, &TimeZone::UTC));
        for part in
            ["waits for a person", "may have had its effect", "the list is back", "sre-1", "42 of the log"]
        {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }
}
