//! The same process on PostgreSQL and a real home location register.

use serde_json::Value;
use vigie_testkit::{Nam, OsmoHlr, Postgres, Scratch};

use crate::running::Running;

pub(crate) const IMSI: &str = "208010000000001";
pub(crate) const ROW: &str =
    "0197b1f0-0000-7000-8000-000000000001,+33639980001,208010000000001,8933990000000000014,Atelier Brumelle";
const BARRED: Nam = Nam { cs: false, ps: false };
const OPEN: Nam = Nam { cs: true, ps: true };

#[test]
fn a_theft_bars_the_line_in_a_real_register_and_the_ledger_proves_it() {
    let register = OsmoHlr::start().unwrap();
    register.provision(IMSI, Some("33639980001")).unwrap();
    let database = Postgres::shared().unwrap().create_database("vigie").unwrap();
    let home = Scratch::new("real-parts").unwrap();
    let (ctrl, vty) = (register.ctrl().to_string(), register.vty().to_string());
    let environment = [
        ("VIGIE_STORAGE__POSTGRES__URL", database.as_str()),
        ("VIGIE_REGISTER__KIND", "osmo_hlr"),
        ("VIGIE_REGISTER__OSMO_HLR__CTRL", &ctrl),
        ("VIGIE_REGISTER__OSMO_HLR__VTY", &vty),
    ];
    let running = Running::start(&home, &home.path().join("data"), &["--json"], &environment);
    let greeting: Value = serde_json::from_str(&running.until("address")).unwrap();
    assert_eq!(greeting["simulated"], false);

    running.import(&home, &[ROW.to_owned()]);
    assert_eq!(register.nam(IMSI).unwrap(), Some(OPEN));

    let suspended = running.command(&["line", "suspend", "+33639980001", "--reason", "theft"]).ok();
    assert!(suspended.contains("REGISTER_READ_BACK"), "{suspended}");
    assert_eq!(register.nam(IMSI).unwrap(), Some(BARRED));
    let recovered = ["--handset-recovered-at", "2000-01-01T00:00:00Z", "--attested-by", "solene.ferrand"];
    let reinstate = [&["line", "reinstate", "+33639980001", "--reason", "theft"], &recovered[..]].concat();
    let refused = running.command(&reinstate).failed(1);
    assert!(refused.contains("HANDSET_RECOVERY_REQUIRED"), "recovered before it was stolen: {refused}");
    assert_eq!(register.nam(IMSI).unwrap(), Some(BARRED));

    // The ledger follows the log a moment later.
    let ledger = running.command_until(&["commitments", "show", "9.3", "--cases"], "SUSPEND THEFT  KEPT");
    assert!(!ledger.contains("SIMULATED"), "{ledger}");
    assert!(running.command(&["log", "verify"]).ok().contains("intact"));
    assert!(running.command(&["register", "reconcile"]).ok().contains("1 lines compared, 0 differences"));
    running.stop();
}
