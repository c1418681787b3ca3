use std::time::{Duration, Instant};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{ClientConfig, Message, Offset, TopicPartitionList};
use vigie_bus::kafka::record_of;
use vigie_clock::{Clock, SystemClock};
use crate::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore]
async fn throughput() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    for _ in 0..40 {
        let s = id();
        let evs = (0..500).map(|_| { let mut e = event(&format!("vigie.{}.happened.v1", place.name)); e.payload = vec![b'x'; 1200]; e }).collect();
        log.append(append(s, 0, evs)).await.unwrap();
    }
    let relay = place.relay(&log).await;
    leads(&relay).await;
    let t = Instant::now();
    place.carried(&log, Duration::from_secs(60)).await;
    println!("throughput {:.0}/s", 20000.0 / t.elapsed().as_secs_f64());
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore]
async fn latency() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    leads(&relay).await;
    for isolation in ["read_committed", "read_uncommitted"] {
    let (b, topic, ctx) = (place.options.brokers[0].clone(), place.topics.events().name, place.name.clone());
    let reader = std::thread::spawn(move || {
        let c: BaseConsumer = ClientConfig::new().set("bootstrap.servers", &b).set("group.id", "b").set("isolation.level", isolation).set("fetch.wait.max.ms","100").set("fetch.error.backoff.ms", "1").create().unwrap();
        let mut p = TopicPartitionList::new();
        for i in 0..12 { p.add_partition_offset(&topic, i, Offset::End).unwrap(); }
        c.assign(&p).unwrap();
        let mut l = Vec::new();
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            if let Some(Ok(m)) = c.poll(Duration::from_millis(50)) {
                let e = record_of(&m).unwrap().unwrap().event(&ctx).unwrap();
                l.push(SystemClock.now().since(e.recorded_at).as_secs_f64() * 1e3);
            }
        }
        let skip = l.len() / 2; let mut l = l.split_off(skip); l.sort_by(f64::total_cmp);
        let n = l.len();
        println!("{isolation} n={n} p50 {:.1} p90 {:.1} p99 {:.1} max {:.1} ms", l[n/2], l[n*9/10], l[n*99/100], l[n-1]);
    });
    std::thread::sleep(Duration::from_secs(2));
    let rate: u64 = std::env::var("RATE").ok().and_then(|r| r.parse().ok()).unwrap_or(1000);
    let t = Instant::now();
    let mut handles = Vec::new();
    let n = rate * 16;
    for i in 0..n {
        let due = t + Duration::from_micros(i * 1_000_000 / rate);
        tokio::time::sleep_until(due.into()).await;
        let log = log.clone(); let ty = format!("vigie.{}.happened.v1", place.name);
        handles.push(tokio::spawn(async move { let mut e = event(&ty); e.payload = vec![b'x'; 1200]; log.append(append(id(), 0, vec![e])).await.unwrap(); }));
    }
    for h in handles { h.await.unwrap(); }
    tokio::task::spawn_blocking(move || reader.join().unwrap()).await.unwrap();
    }
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore]
async fn bare() {
    use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    leads(&relay).await;
    relay.shutdown(later(5)).await;
    let (b, topic) = (place.options.brokers[0].clone(), place.topics.events().name);
    let reader = std::thread::spawn({ let (b, topic) = (b.clone(), topic.clone()); move || {
        let c: BaseConsumer = ClientConfig::new().set("bootstrap.servers", &b).set("group.id", "b").set("fetch.wait.max.ms","100").create().unwrap();
        let mut p = TopicPartitionList::new();
        for i in 0..12 { p.add_partition_offset(&topic, i, Offset::End).unwrap(); }
        c.assign(&p).unwrap();
        let mut l = Vec::new();
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            if let Some(Ok(m)) = c.poll(Duration::from_millis(50)) {
                let at: i64 = std::str::from_utf8(&m.payload().unwrap()[..16]).unwrap().parse().unwrap();
                l.push((SystemClock.now().as_micros() - at) as f64 / 1e3);
            }
        }
        let skip = l.len() / 2; let mut l = l.split_off(skip); l.sort_by(f64::total_cmp);
        let n = l.len();
        println!("bare n={n} p50 {:.1} p90 {:.1} p99 {:.1} max {:.1} ms", l[n/2], l[n*9/10], l[n*99/100], l[n-1]);
    }});
    std::thread::sleep(Duration::from_secs(2));
    let p: BaseProducer = ClientConfig::new().set("bootstrap.servers", &b).set("linger.ms", "0").set("acks", "all").set("enable.idempotence", "true").set("partitioner", "murmur2_random").create().unwrap();
    let state = place.topics.state().name;
    tokio::task::spawn_blocking(move || {
    let t = Instant::now();
    for i in 0..16000u64 {
        let due = t + Duration::from_micros(i * 1000);
        while Instant::now() < due { p.poll(Duration::ZERO); std::thread::sleep(Duration::from_micros(100)); }
        let key = id().to_string();
        let pay = format!("{}{}", SystemClock.now().as_micros(), "x".repeat(1200));
        p.send(BaseRecord::to(&topic).key(&key).payload(&pay)).unwrap();
        if std::env::var("BOTH").is_ok() { p.send(BaseRecord::to(&state).key(&key).payload(&pay)).unwrap(); }
    }
    p.flush(Duration::from_secs(5)).unwrap();
    }).await.unwrap();
    tokio::task::spawn_blocking(move || reader.join().unwrap()).await.unwrap();
}
