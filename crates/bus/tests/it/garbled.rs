//! Records on our topics that somebody else wrote.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use vigie_bus::kafka::record_of;
use vigie_bus::record::Error;
use vigie_testkit::{Kafka, Kcat, Scratch};

use crate::support::aside;

/// Produces one record with the header `name=1` on a topic of its own and reads it.
fn read_back(name: &[u8]) -> Result<usize, Error> {
    Kcat::find().unwrap();
    let kafka = Kafka::shared().unwrap();
    let topic = kafka.fresh_name("garbled");
    kafka.create_topic(&topic, 1, &[]).unwrap();
    let scratch = Scratch::new("garbled").unwrap();
    let payload = scratch.path().join("payload");
    std::fs::write(&payload, "{}").unwrap();
    let header = [name, b"=1"].concat();
    let status = Command::new("kcat")
        .args(["-P", "-b", &kafka.bootstrap(), "-t", &topic, "-k", "key", "-H"])
        .arg(OsStr::from_bytes(&header))
        .arg(payload)
        .status()
        .unwrap();
    assert!(status.success());

    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", kafka.bootstrap())
        .set("group.id", "tests")
        .create()
        .unwrap();
    let mut partitions = TopicPartitionList::new();
    partitions.add_partition_offset(&topic, 0, Offset::Beginning).unwrap();
    consumer.assign(&partitions).unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while Instant::now() < end {
        if let Some(message) = consumer.poll(Duration::from_millis(100)) {
            let message = message.unwrap();
            return record_of(&message).map(|record| record.unwrap().headers.len());
        }
    }
    panic!("the record did not come");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_header_name_that_is_not_text_is_an_error_and_no_panic() {
    assert_eq!(aside(|| read_back(b"name")).await, Ok(1));
    let refused = aside(|| read_back(b"\xff\xfe")).await.unwrap_err();
    assert_eq!(refused, Error::Malformed { what: "a header's name", expected: "UTF-8" });
}
