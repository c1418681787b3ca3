//! Where teams are reached.

use vigie_chassis::error::Error as Refusal;
use vigie_clock::Timestamp;
use vigie_command::{field, refusal};
use vigie_proto::routing::ContactPointRow;

use super::super::super::desks::contact_point::content;
use super::super::super::desks::desk;
use super::super::file::File;
use super::super::key::Kind;
use super::super::report::Taken;
use super::taken;
use crate::domain::contact_point::{Command, ContactPoint, Content, Publication};

pub(super) async fn take(file: &File, number: i64, row: &ContactPointRow) -> Result<Taken, Refusal> {
    let point = row.contact_point.as_ref();
    let point = point.ok_or_else(|| field::missing("contact_point", "the version to publish"))?;
    let contact_point_id = file.keys.own(Kind::ContactPoint, &row.key, &point.contact_point_id)?;
    let desk_id = file.keys.required(Kind::Desk, "desk", &row.desk_key, &point.desk_id)?;
    let mut point = point.clone();
    point.desk_id = desk_id.to_string();
    let content = content(&point, &file.deps.calendars)?;
    let valid_from = field::optional_instant("valid_from", point.valid_from)?;
    let desk = desk(&file.deps, "desk", desk_id).await?;
    let is_desk_open = Option::as_ref(&desk).is_some_and(|desk| desk.closed_at().is_none());

    // A version is no name of its own: published twice, it would follow itself.
    let (state, _) = file.deps.contact_points.load(contact_point_id).await.map_err(refusal)?;
    if Option::as_ref(&state).is_some_and(|point| is_published(point, &content, valid_from)) {
        return Ok(Taken::Before);
    }
    let publication = Publication { contact_point_id, content, valid_from, is_desk_open };
    let command = Command::Publish(Box::new(publication));
    let order = file.order(number, row, contact_point_id, command);
    let outcome = file.deps.contact_points.execute(order).await.map_err(refusal)?;
    Ok(taken(&outcome))
}

/// Whether a version says the same from the same instant on; from any, where the row says none.
fn is_published(point: &ContactPoint, content: &Content, valid_from: Option<Timestamp>) -> bool {
    let versions = (1..).map_while(|number| point.numbered(number));
    versions.into_iter().any(|version| {
        version.content == *content && valid_from.is_none_or(|valid_from| valid_from == version.valid_from)
    })
}
