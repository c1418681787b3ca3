//! `vigie log resync`: yesterday's backup under a live Kafka, as a person goes through it.

#[cfg(feature = "kafka")]
use serde_json::{Value, json};
use vigie_testkit::Scratch;

#[cfg(feature = "kafka")]
use crate::running::Running;
use crate::running::{answer, vigie};

#[cfg(not(feature = "kafka"))]
#[test]
fn a_build_without_kafka_says_so() {
    let home = Scratch::new("resync").unwrap();
    let said = answer(vigie(home.path()).args(["log", "resync"])).failed(2);
    assert!(said.contains("build with `--features kafka`"), "{said}");
}

#[cfg(feature = "kafka")]
#[test]
fn yesterdays_backup_under_a_live_kafka() {
    let home = Scratch::new("resync").unwrap();
    let (data, new) = (home.folder("data").unwrap(), home.folder("new").unwrap());
    let broker = vigie_testkit::Kafka::start().unwrap();
    let config = home.path().join("vigie.toml");
    let settings = format!(
        "[demo]\nenabled = false\n[kafka]\nbrokers = [\"{}\"]\nreplication_factor = 1\nlease_ttl_ms = 1000\n",
        broker.bootstrap()
    );
    std::fs::write(&config, settings).unwrap();
    let (config, file) = (config.to_str().unwrap(), home.path().join("log.backup"));
    let file = file.to_str().unwrap();
    let resync =
        |data| answer(vigie(data).args(["--json", "log", "resync", "--log", "lines", "--config", config]));
    let read = |said: String| serde_json::from_str::<Value>(&said).unwrap();
    let row = |number: i32| {
        format!(
            "0197b1f0-0000-7000-8000-000000000001,+3363998000{number},20801000000000{number},89339900000000000{},Brumelle",
            [14, 22, 30][number as usize - 1]
        )
    };

    let running = Running::start(&home, &data, &["--json", "--config", config], &[]);
    running.until("address");
    running.import(&home, &[row(1), row(2)]);
    running.command(&["log", "backup", "--log", "lines", file]).ok();
    let said = answer(vigie(&data).args(["log", "resync", "--log", "lines", "--config", config])).failed(1);
    assert!(said.contains("stop it first"), "{said}");
    // After the backup: one line goes on, another one is new.
    running.command(&["line", "suspend", "+33639980001", "--reason", "theft"]).ok();
    running.import(&home, &[row(3)]);
    running.stop();
    let all = read(resync(&data).ok());
    assert_eq!(all["resynced"], false, "{all}");
    assert!(all["relay_goes_on_after"].as_i64() > Some(2), "{all}");

    let restored =
        read(answer(vigie(&new).args(["--json", "log", "restore", file, "--config", config])).ok());
    assert_eq!(
        restored["next"],
        json!(["vigie log resync --log lines", "vigie view start-over all --log lines"])
    );
    let mended = read(resync(&new).ok());
    let expected = json!({
        "resynced": true, "relay_goes_on_after": 2, "incarnation": 2, "streams": 3, "mended": 1, "withdrawn": 1,
        "foreign_records": 0, "next": ["vigie view start-over all --log lines"],
    });
    assert_eq!(mended, expected);
    assert_eq!(read(resync(&new).ok())["resynced"], false);

    answer(vigie(&new).args(["view", "start-over", "all", "--log", "lines", "--config", config])).ok();
    let again = Running::start(&home, &new, &["--json", "--config", config], &[]);
    again.until("address");
    again.readiness_until(&["HTTP/1.1 200"]);
    again.command_until(&["line", "list"], "+33639980002");
    again.stop();
    let carried = read(resync(&new).ok());
    assert_eq!(carried["resynced"], false, "{carried}");
    assert!(carried["relay_goes_on_after"].as_i64() >= Some(3), "the restore is carried: {carried}");
}
