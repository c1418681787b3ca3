//! A file of mobile lines.

use vigie_proto::lines::{ExternalIdentifier, LineEntry, LineRef, line_ref};

use super::sheet::{Column, Sheet};

impl Sheet for LineEntry {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::needed("account_id", |line, field| text(&mut line.account_id, field)),
        Column::needed("msisdn", |line, field| text(&mut line.msisdn, field)),
        Column::needed("imsi", |line, field| text(&mut line.imsi, field)),
        Column::needed("iccid", |line, field| text(&mut line.iccid, field)),
        Column::needed("account_holder", |line, field| text(&mut line.account_holder, field)),
        Column::optional("user_id", |line, field| text(&mut line.user_id, field)),
        Column::optional("cost_centre", |line, field| text(&mut line.cost_centre, field)),
        Column::optional("site", |line, field| text(&mut line.site, field)),
        Column::optional("imei", |line, field| text(&mut line.imei, field)),
        Column::optional("eid", |line, field| text(&mut line.eid, field)),
        Column::optional("twin_of", |line, field| {
            line.twin_of = Some(LineRef { line: Some(line_ref::Line::Msisdn(field.to_owned())) });
            Ok(())
        }),
    ];

    fn keep(&mut self, owner: &str, kind: &str, id: String) -> bool {
        let identifier = ExternalIdentifier { owner: owner.to_owned(), r#type: kind.to_owned(), id };
        self.external_identifiers.push(identifier);
        true
    }
}

/// Whether a value is possible is the service's to say.
fn text(place: &mut String, field: &str) -> Result<(), String> {
    field.clone_into(place);
    Ok(())
}
