//! The doors to what waits for a person in a process.

use std::sync::Arc;

use vigie_bus::{DeadLetterServer, ReactionServer, dead_letter_rules, reaction_rules};
use vigie_chassis::rules::Rules;
use vigie_chassis::server::Services;
use vigie_eventlog::reaction::Oversight;
use vigie_eventlog::view::Parking;
use vigie_proto::reactions::reaction_service_server::ReactionServiceServer;
use vigie_proto::views::dead_letter_service_server::DeadLetterServiceServer;

use crate::process::Process;

/// What of a process may wait for a person: streams that a view or a reaction cannot read, and effects of reactions.
#[derive(Default)]
pub struct Waiting {
    views: Vec<(&'static str, Arc<dyn Parking>)>,
    reactions: Vec<Arc<dyn Oversight>>,
}

impl Waiting {
    /// The streams of a view, under its name.
    #[must_use]
    pub fn view(mut self, name: &'static str, parking: Arc<dyn Parking>) -> Self {
        self.views.push((name, parking));
        self
    }

    /// Effects and streams of reactions.
    #[must_use]
    pub fn reactions(mut self, reactions: Vec<Arc<dyn Oversight>>) -> Self {
        self.views.extend(reactions.iter().map(|reaction| (reaction.name(), reaction.parking())));
        self.reactions.extend(reactions);
        self
    }

    /// Adds `DeadLetterService` and `ReactionService`.
    #[must_use]
    pub fn add_to(self, process: &Process, services: Services) -> Services {
        let dead_letters = DeadLetterServer::new(self.views, process.pages(), process.clock());
        let reactions = ReactionServer::new(self.reactions, process.pages(), process.clock());
        services.add(DeadLetterServiceServer::new(dead_letters)).add(ReactionServiceServer::new(reactions))
    }

    /// Who may call them.
    pub fn rules() -> Rules {
        dead_letter_rules().merge(reaction_rules())
    }
}
