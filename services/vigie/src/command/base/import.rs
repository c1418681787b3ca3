//! `vigie base import`

use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status, Streaming};
use vigie_proto::routing::import_base_request::Message;
use vigie_proto::routing::{
    AbsenceRow, AccountRow, AssignmentRow, ContactPointRow, DeskRow, ImportBaseHeader, ImportBaseRequest,
    ImportBaseResponse, ImportBaseRow, LeavingRow, PersonRow, StaffRow, TrainingRow,
};

use crate::cli::ImportBase;
use crate::client::Client;
use crate::command::import::{self, Answer, Import, Imported};
use crate::error::Error;
use crate::import::base::{BaseRow, Kind};
use crate::import::{Reject, Survey};
use crate::output::Output;

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ImportBase) -> Result<(), Error> {
    let files = files(&arguments.paths, arguments.kind)?;
    if let Some(folder) = &arguments.rejects {
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::local(format!("create {}", folder.display()), error))?;
    }
    let (mut documents, mut rejected): (Vec<Value>, _) = (Vec::new(), 0);
    for (kind, file) in &files {
        output.note(&file.display().to_string());
        let rejects = match (&arguments.rejects, file.file_name()) {
            (Some(folder), Some(name)) => Some(folder.join(name)),
            _ => None,
        };
        let imported = one(client, output, *kind, &arguments.owner, file, rejects.as_deref()).await?;
        rejected += imported.rejected();
        output.text(&format!("{:>14}  {}", kind.name(), imported.summary()))?;
        let mut document = imported.document();
        if let Some(fields) = document.as_object_mut() {
            fields.insert("file".into(), file.display().to_string().into());
            fields.insert("kind".into(), kind.name().into());
        }
        documents.push(document);
    }
    output.document(&json!({ "files": documents }))?;
    import::verdict(rejected)
}

/// The files of a base, in an order in which nothing names what comes later.
fn files(paths: &[PathBuf], kind: Option<Kind>) -> Result<Vec<(Kind, PathBuf)>, Error> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(files_of(path)?);
            continue;
        }
        let kind = kind.or_else(|| Kind::of_file(path)).ok_or_else(|| {
            let name = path.display();
            Error::Usage(format!(
                "{name}: call it people.csv, accounts-2026.csv, … or say --kind what its rows are"
            ))
        })?;
        files.push((kind, path.clone()));
    }
    // Stable: files of one kind stay in the order in which they are given.
    files.sort_by_key(|(kind, _)| *kind);
    Ok(files)
}

/// The files in a folder whose names say what they are, each kind's in the order of names.
fn files_of(folder: &Path) -> Result<Vec<(Kind, PathBuf)>, Error> {
    let failed = |error| Error::local(format!("read {}", folder.display()), error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    let files: Vec<_> =
        paths.into_iter().filter_map(|path| Kind::of_file(&path).map(|kind| (kind, path))).collect();
    if files.is_empty() {
        let name = folder.display();
        return Err(Error::Usage(format!("{name} holds no accounts.csv, people.csv, … : nothing to import")));
    }
    Ok(files)
}

async fn one(
    client: &Client,
    output: &mut Output,
    kind: Kind,
    owner: &str,
    file: &Path,
    rejects: Option<&Path>,
) -> Result<Imported, Error> {
    match kind {
        Kind::Desks => import::run(client, output, &Base::<DeskRow>::of(owner), file, rejects).await,
        Kind::ContactPoints => {
            import::run(client, output, &Base::<ContactPointRow>::of(owner), file, rejects).await
        }
        Kind::Staff => import::run(client, output, &Base::<StaffRow>::of(owner), file, rejects).await,
        Kind::Trainings => import::run(client, output, &Base::<TrainingRow>::of(owner), file, rejects).await,
        Kind::Absences => import::run(client, output, &Base::<AbsenceRow>::of(owner), file, rejects).await,
        Kind::Leavings => import::run(client, output, &Base::<LeavingRow>::of(owner), file, rejects).await,
        Kind::Accounts => import::run(client, output, &Base::<AccountRow>::of(owner), file, rejects).await,
        Kind::People => import::run(client, output, &Base::<PersonRow>::of(owner), file, rejects).await,
        Kind::Assignments => {
            import::run(client, output, &Base::<AssignmentRow>::of(owner), file, rejects).await
        }
    }
}

/// `BaseService.ImportBase` for one kind of rows.
struct Base<R> {
    owner: String,
    _rows: PhantomData<R>,
}

impl<R> Base<R> {
    fn of(owner: &str) -> Self {
        Self { owner: owner.to_owned(), _rows: PhantomData }
    }
}

impl<R: BaseRow> Import for Base<R> {
    type Row = R;
    type Request = ImportBaseRequest;
    type Response = ImportBaseResponse;

    fn header(&self, survey: &Survey) -> ImportBaseRequest {
        let header = ImportBaseHeader {
            kind: R::KIND.wire().into(),
            file_hash: survey.hash.clone(),
            rows: survey.rows,
            owner: self.owner.clone(),
        };
        ImportBaseRequest { message: Some(Message::Header(header)) }
    }

    fn row(number: i64, row: R) -> ImportBaseRequest {
        let row = ImportBaseRow { row: number, entry: Some(row.entry()) };
        ImportBaseRequest { message: Some(Message::Row(row)) }
    }

    async fn call(
        &self,
        client: &Client,
        requests: ReceiverStream<ImportBaseRequest>,
    ) -> Result<Streaming<ImportBaseResponse>, Status> {
        Ok(client.base().import_base(Request::new(requests)).await?.into_inner())
    }

    fn answer(response: ImportBaseResponse) -> Answer {
        let rejected = response.rejections.into_iter();
        Answer {
            done: response.rows_done,
            registered: response.registered,
            repeated: response.repeated_rows,
            rejected: rejected
                .map(|row| Reject { row: row.row, reason: row.reason, message: row.message })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_an_order_in_which_nothing_names_what_comes_later() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["people.csv", "accounts-2.csv", "accounts-1.csv", "desks.csv", "README.md", "clients.csv"]
        {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let names = |paths: &[PathBuf]| {
            let files = files(paths, None).unwrap().into_iter();
            files.map(|(_, path)| path.file_name().unwrap().to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let all = ["desks.csv", "accounts-1.csv", "accounts-2.csv", "people.csv"];
        assert_eq!(names(&[folder.path().to_owned()]), all);
        let two = [folder.path().join("people.csv"), folder.path().join("desks.csv")];
        assert_eq!(names(&two), ["desks.csv", "people.csv"]);
    }

    #[test]
    fn a_file_whose_kind_nothing_says_is_refused() {
        let clients = [PathBuf::from("clients.csv")];
        assert!(files(&clients, None).unwrap_err().to_string().contains("--kind"));
        assert_eq!(files(&clients, Some(Kind::Accounts)).unwrap()[0].0, Kind::Accounts);
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(files(&[empty.path().to_owned()], None).unwrap_err().reason(), "USAGE");
    }
}
