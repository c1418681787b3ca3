//! Cases by page, newest T0 first.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Caller;
use vigie_chassis::page::{self, Signer};
use vigie_chassis::validate;
use vigie_proto::commitments::{ListCasesRequest, ListCasesResponse};

use super::convert::{to_case, verdict_name};
use super::refuse::{characteristic, refusal};
use super::sight::sight_of;
use crate::ledger::{Commitments, Question};
use crate::view::PageKey;

const PAGE_DEFAULT: u32 = 100;
const PAGE_MAX: u32 = 1_000;

pub(super) async fn serve(
    commitments: &Commitments,
    pages: &Signer,
    request: Request<ListCasesRequest>,
) -> Result<ListCasesResponse, Refusal> {
    let caller = Caller::of(&request)?;
    let request = request.into_inner();
    let characteristic = characteristic(&request.characteristic)?;
    let question = Question {
        account_id: validate::optional_uuid("account_id", &request.account_id)?,
        subject_id: validate::optional_uuid("subject_id", &request.subject_id)?,
        verdict: verdict_name(request.verdict)?,
        ..Question::of(characteristic, sight_of(&caller))
    };
    let size = page::size(request.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = (
        "ListCases",
        caller.subject(),
        characteristic.name,
        question.account_id,
        question.subject_id,
        question.verdict,
    );
    let after: Option<PageKey> = pages.open(&query, &request.page_token)?;

    let (cases, next) = commitments.cases(&question, after, size).await.map_err(|error| refusal(&error))?;
    let next_page_token = match next {
        Some(key) => pages.issue(&query, &key)?,
        None => String::new(),
    };
    Ok(ListCasesResponse { cases: cases.iter().map(to_case).collect(), next_page_token })
}
