//! `vigie token`

use serde_json::json;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{RoleSet, Scope};

use crate::cli::{Global, Token};
use crate::client::development;
use crate::error::Error;
use crate::output::Output;

pub(super) fn run(global: &Global, output: &mut Output, arguments: &Token) -> Result<(), Error> {
    let roles: RoleSet = arguments.role.iter().map(|role| role.to_chassis()).collect();
    let mut grant = Grant { roles, ..Grant::new(&arguments.subject, &[]) }.ttl(arguments.ttl);
    grant.scopes = arguments.account.iter().copied().map(Scope::account).collect();
    if arguments.step_up {
        grant = grant.with_step_up();
    }
    let token = development::mint(global.data_folder(), &grant)?;
    // Nothing but the token, so that VIGIE_TOKEN=$(vigie token …) works.
    output.either(|| json!({ "token": token, "expires_in_s": arguments.ttl.as_secs() }), |_| token.clone())
}
