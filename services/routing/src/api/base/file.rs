//! A file under way: who brings it, whose keys it has, and what its rows have asked so far.

use std::sync::Arc;
use std::time::Duration;

use prost::Message;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::Caller;
use vigie_clock::{Channel, Timestamp, derived_id};
use vigie_command::{Asking, field, refusal};
use vigie_eventlog::Order;
use vigie_proto::routing::{BaseKind, ImportBaseHeader};

use super::super::Deps;
use super::super::accounts::chain::Chain;
use super::facts::Facts;
use super::import::METHOD;
use super::key::Keys;
use crate::domain::Moment;
use crate::domain::account::{Account, Level};
use crate::domain::staff::StaffMember;

/// How long a row waits for the log to take it.
const ROW_DEADLINE: Duration = Duration::from_secs(5);

/// A file under way.
pub(super) struct File {
    pub(super) deps: Deps,
    pub(super) kind: BaseKind,
    pub(super) keys: Keys,
    asking: Asking,
    id: Uuid,
    accounts: Facts<Account>,
    staff: Facts<StaffMember>,
}

impl File {
    pub(super) fn open(deps: Deps, asking: Asking, header: &ImportBaseHeader) -> Result<Self, Refusal> {
        let kind = match BaseKind::try_from(header.kind) {
            Ok(BaseKind::Unspecified) => return Err(field::missing("header.kind", "what the rows are")),
            Ok(kind) => kind,
            Err(_) => {
                let message = "header.kind is a kind of rows that we do not know";
                return Err(Refusal::new(Reason::InvalidArgument, message).field("header.kind", "unknown"));
            }
        };
        Ok(Self {
            deps,
            kind,
            keys: Keys::of(&header.owner)?,
            asking,
            id: file_id(&header.file_hash, kind)?,
            accounts: Facts::new(),
            staff: Facts::new(),
        })
    }

    pub(super) fn caller(&self) -> &Caller {
        &self.asking.caller
    }

    /// The present instant.
    pub(super) fn now(&self) -> Timestamp {
        self.deps.door.clock().now()
    }

    /// The command of the row numbered `row`, whose content is `body`: each is a request and an act of its own.
    pub(super) fn order<C>(&self, row: i64, body: &impl Message, stream_id: Uuid, command: C) -> Order<C> {
        let request_id = derived_id(self.id, &row.to_string());
        let asking = self.deps.door.next(&self.asking, ROW_DEADLINE);
        let mut order = asking.order(METHOD, request_id, body, stream_id, command);
        order.context.channel = Channel::Import;
        // The file's first byte is no row's arrival.
        order.context.received_at = order.context.now;
        order
    }

    /// An account with those above it at `now`, of lately; only itself for whom nothing narrows.
    pub(super) async fn chain(&self, account_id: Uuid, now: Moment) -> Result<Chain, Refusal> {
        let levels = if self.caller().sees_every_account() { 1 } else { Level::ALL.len() };
        let mut accounts: Vec<Arc<Option<Account>>> = Vec::with_capacity(levels);
        let mut next = Some(account_id);
        while let Some(account_id) = next.filter(|_| accounts.len() < levels) {
            let account = self.account(account_id).await?;
            next = Option::as_ref(&account).and_then(|account| account.parent(now));
            accounts.push(account);
        }
        Ok(Chain::of(accounts))
    }

    async fn account(&self, account_id: Uuid) -> Result<Arc<Option<Account>>, Refusal> {
        let load = || async { Ok(self.deps.accounts.load(account_id).await.map_err(refusal)?.0) };
        self.accounts.get(account_id, load).await
    }

    /// An account that other rows will name is known from now on.
    pub(super) async fn learn(&self, account_id: Uuid, account: Arc<Option<Account>>) {
        if Option::as_ref(&account).is_some_and(|account| account.level() != Level::Site) {
            self.accounts.learn(account_id, account).await;
        }
    }

    /// A staff member, of lately.
    pub(super) async fn member(&self, staff_id: Uuid) -> Result<Arc<Option<StaffMember>>, Refusal> {
        let load = || async { Ok(self.deps.staff.load(staff_id).await.map_err(refusal)?.0) };
        self.staff.get(staff_id, load).await
    }
}

/// The file's id: the same file is the same import, whoever's copy it is.
fn file_id(hash: &str, kind: BaseKind) -> Result<Uuid, Refusal> {
    field::text("header.file_hash", hash, field::TEXT_MAX_BYTES)?;
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = "header.file_hash is the file's SHA-256: 64 hexadecimal digits";
        return Err(Refusal::new(Reason::InvalidArgument, message).field("header.file_hash", "not a SHA-256"));
    }
    let name = format!("base {} {}", kind.as_str_name(), hash.to_ascii_lowercase());
    Ok(derived_id(Uuid::nil(), &name))
}
