//! The result of a characteristic.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Caller;
use vigie_chassis::validate;
use vigie_proto::commitments::{ExcludedCount, GetCharacteristicRequest, GetCharacteristicResponse};

use super::convert::{instant, to_count, to_duration};
use super::refuse::{characteristic, refusal};
use super::sight::sight_of;
use crate::domain::Verdict;
use crate::ledger::{Commitments, Question};

pub(super) async fn serve(
    commitments: &Commitments,
    request: Request<GetCharacteristicRequest>,
) -> Result<GetCharacteristicResponse, Refusal> {
    let caller = Caller::of(&request)?;
    let request = request.into_inner();
    let definition = characteristic(&request.characteristic)?;
    let question = Question {
        account_id: validate::optional_uuid("account_id", &request.account_id)?,
        from: instant("from", request.from)?,
        before: instant("to", request.to)?,
        ..Question::of(definition, sight_of(&caller))
    };
    let (indicator, standing) = commitments.indicator(&question).await.map_err(|error| refusal(&error))?;

    let tally = &indicator.tally;
    let excluded = tally.excluded.iter().map(|(reason, cases)| ExcludedCount {
        reason_code: Verdict::Excluded(*reason).reason_code().unwrap_or_default().to_owned(),
        cases: to_count(*cases),
    });
    Ok(GetCharacteristicResponse {
        characteristic: definition.name.to_owned(),
        promise: definition.promise.to_owned(),
        definition_version: definition.version.to_owned(),
        definition: definition.reading.to_owned(),
        kept: to_count(tally.kept),
        late: to_count(tally.late),
        excluded: excluded.collect(),
        open: to_count(tally.open),
        unmeasured: to_count(tally.unmeasured()),
        population: to_count(tally.population()),
        ratio: tally.ratio(),
        p95: indicator.p95.duration().map(to_duration),
        p95_target: definition.p95_target.map(to_duration),
        simulated: indicator.simulated,
        position: standing.checkpoint.position,
        log: definition.log.as_str().to_owned(),
    })
}
