//! Replacing what is known of somebody.

use super::draft::Draft;
use crate::domain::ExternalIdentifier;
use crate::domain::staff::event::StaffChanged;
use crate::domain::staff::profile::Profile;

/// Records what was given up too, so that it can be given to somebody else.
pub(super) fn change(draft: &mut Draft<'_>, profile: &Profile, keys: &[ExternalIdentifier]) {
    let member = draft.member();
    if member.profile == *profile && member.external_identifiers == keys {
        return;
    }
    let former_user_id = member.profile.user_id.clone().filter(|_| member.profile.user_id != profile.user_id);
    let former = member.external_identifiers.iter().filter(|key| !keys.contains(key));
    let fact = StaffChanged {
        actor: draft.actor(),
        former_user_id,
        former_external_identifiers: former.cloned().collect(),
    };
    draft.replace(fact, profile.clone(), keys.to_vec());
}
