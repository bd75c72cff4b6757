//! `holdfast up`: opens what is stored, starts the engine, listens, says that it is ready, and ends in order.

use crate::cli::Up;
use crate::config::Config;
use crate::systems;
use anyhow::{Context, Result, anyhow, bail};
use engine::ports::{Front, Port, Store, StoreError};
use engine::{Clock, LaneParts, Registry, Runtime, RuntimeParts, Tokenizer};
use gateway::{Options, Scope};
use kernel::{System, Time};
use payment_provider::{Delay, Ledger, PaymentFile, Simulated, Values};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use store_sqlite::{SqliteReader, SqliteShelf, SqliteStore};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// A second gateway port of `up taxi`, as its document prints it.
const SECOND_GATEWAY_PORT: u16 = 8080;
/// Threads that read requests and write answers; the lane, its follower and the provider have their own.
const HTTP_THREADS: usize = 2;

/// A socket and what it serves.
struct Door {
    listener: TcpListener,
    scope: Scope,
}

pub(crate) fn up(options: &Up) -> Result<()> {
    let config = Config::load(options.config.as_deref())?;
    let all = systems::load(&config, options.system.as_deref())?;
    let without = systems::checked_without(&all, &options.without)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(HTTP_THREADS)
        .thread_name("holdfast-http")
        .enable_all()
        .build()
        .context("no threads for HTTP")?;
    let doors = runtime.block_on(listen(options, &all, &without))?;
    make_data_dir(&options.data.data)?;
    let engine = start(&options.data.data, &config, &all, &without, runtime.handle())?;
    let front: Arc<dyn Front> = Arc::new(engine.handle());
    runtime.block_on(serve(doors, front))?;
    drop(runtime);
    engine.stop();
    Ok(())
}

/// Opens every socket before anything is started: a taken port is told at once.
async fn listen(options: &Up, all: &[Arc<System>], without: &BTreeSet<String>) -> Result<Vec<Door>> {
    let mut mounts: Vec<(String, Arc<System>)> =
        all.iter().map(|system| (format!("/{}", system.name), Arc::clone(system))).collect();
    let alone = options.system.as_deref().and(all.first());
    if let Some(system) = alone {
        mounts.push((String::new(), Arc::clone(system)));
    }
    let gateway = Scope::Systems(mounts);
    let mut doors = vec![Door { listener: bind(options.listen).await?, scope: gateway.clone() }];
    let Some(system) = alone.filter(|_| !options.no_service_ports) else { return Ok(doors) };
    for service in &system.services {
        if without.contains(&format!("{}.{}", system.name, service.name)) {
            continue;
        }
        let address = SocketAddr::new(options.listen.ip(), service.port);
        let scope = Scope::Public(Arc::clone(system), service.name.to_owned());
        doors.push(Door { listener: bind(address).await?, scope });
    }
    if system.name == "taxi" && options.listen.port() != SECOND_GATEWAY_PORT {
        let address = SocketAddr::new(options.listen.ip(), SECOND_GATEWAY_PORT);
        match bind(address).await {
            Ok(listener) => doors.push(Door { listener, scope: gateway }),
            Err(error) => eprintln!("holdfast: warning: no second gateway port: {error:#}"),
        }
    }
    Ok(doors)
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    let help = "is another holdfast running? --listen chooses another port, --no-service-ports only one";
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} ({help})"))
}

/// Names and telephone numbers are in it: only its owner may look.
fn make_data_dir(data: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.with_context(|| format!("cannot make the data directory {}", data.display()))
}

/// The log and the simulated provider's ledger belong together: numbers are never used again, so either without
/// the other would charge the wrong bookings.
fn check_pair(data: &Path, log_end: u64) -> Result<()> {
    let ledger = Ledger::open_read_only(data).context("cannot read the provider's ledger")?;
    let mut payments = 0_u64;
    if let Some(ledger) = ledger.as_ref().filter(|_| log_end == 0) {
        ledger.each(|_| payments += 1)?;
    }
    if payments > 0 {
        bail!(
            "{}: holdfast.db is missing or empty, but provider.db holds {payments} payments; put holdfast.db back, \
             or choose another data directory",
            data.display()
        );
    }
    if log_end > 0 && ledger.is_none() {
        bail!(
            "{}: provider.db is missing, but holdfast.db holds {log_end} events; put provider.db back, or choose \
             another data directory",
            data.display()
        );
    }
    Ok(())
}

/// Opens the data directory and starts the engine over it.
fn start(
    data: &Path,
    config: &Config,
    all: &[Arc<System>],
    without: &BTreeSet<String>,
    http: &tokio::runtime::Handle,
) -> Result<Runtime> {
    let registry = Arc::new(Registry::new(all.to_vec(), without));
    let mut store = SqliteStore::open(data)?;
    let finders = finders(all);
    let finders: Vec<(&str, &str)> =
        finders.iter().map(|(kind, field)| (kind.as_str(), field.as_str())).collect();
    let end = store.end()?;
    if is_simulated(config) {
        check_pair(data, end)?;
    }
    let (shelf, note) = SqliteShelf::open(data, end, &finders)?;
    if let Some(note) = note {
        eprintln!("holdfast: {note}");
    }
    let (ports, tokenizer) = ports(data, config, http)?;
    let shelved = Arc::new(AtomicU64::new(0));
    let names = ports.keys().cloned().collect();
    let lane = LaneParts {
        registry,
        store: Box::new(store),
        shelf: Box::new(SqliteShelf::beside(data)?),
        shelved,
        ports: names,
        hear_twice: false,
    };
    let parts = RuntimeParts {
        lane,
        shelf: Box::new(shelf),
        rows: Box::new(SqliteShelf::beside(data)?),
        reader: Box::new(SqliteReader::open(data)?),
        ports,
        tokenizer,
        clock: clock(),
        // As it is: operators of the source systems look for these lines. A reader that is gone misses them.
        note: Arc::new(|note| _ = writeln!(std::io::stderr(), "{note}")),
        trouble: Box::new(|error| match error {
            StoreError::Refused(_) => {
                eprintln!("holdfast: {error}; requests of that moment were answered 503")
            }
            StoreError::Broken(_) => {
                eprintln!(
                    "holdfast: {error}. What is durable is unknown, so this process ends; start it again."
                );
                std::process::exit(3);
            }
        }),
    };
    Ok(Runtime::start(parts)?)
}

/// Fields that finders look by: the store keeps an index for each.
fn finders(all: &[Arc<System>]) -> Vec<(String, String)> {
    let of_system = |system: &Arc<System>| {
        let resources = system.services.iter().flat_map(|service| &service.resources);
        let fields = resources.flat_map(|resource| {
            let kind = format!("{}.{}", system.name, resource.kind);
            resource.finders.iter().map(move |finder| (kind.clone(), finder.field.to_owned()))
        });
        fields.collect::<Vec<_>>()
    };
    all.iter().flat_map(of_system).collect()
}

/// The one clock of the product: the system's at the start, and from then on one that is never set back.
fn clock() -> Clock {
    let start = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let begin = Instant::now();
    Arc::new(move || {
        let now = start + begin.elapsed();
        Time(i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
    })
}

/// Whether the provider is the simulated one, whose ledger is in the data directory.
pub(crate) fn is_simulated(config: &Config) -> bool {
    config.get("HOLDFAST_PAYMENT_PROVIDER").is_none_or(|kind| kind == "simulated")
}

type Ports = BTreeMap<String, Arc<dyn Port>>;

/// The payment provider and the notifier, as configured.
fn ports(data: &Path, config: &Config, http: &tokio::runtime::Handle) -> Result<(Ports, Tokenizer)> {
    let warn = || -> outbound_http::Warn { Box::new(|text| eprintln!("holdfast: {text}")) };
    let kind = config.get("HOLDFAST_PAYMENT_PROVIDER");
    let (provider, tokenizer): (Arc<dyn Port>, Tokenizer) = match kind.as_deref().unwrap_or("simulated") {
        "simulated" => {
            let delay = config.get(Delay::VARIABLE).map_or(Ok(Delay::default()), |text| Delay::parse(&text));
            let provider = Arc::new(Simulated::open(data, delay.map_err(|error| anyhow!(error))?)?);
            let tokens = Arc::clone(&provider);
            (provider, Arc::new(move |number: String, tell| tell(tokens.tokenize(&number))))
        }
        "http" => {
            let server = config.get("PAYMENT_GATEWAY_SERVER").context(
                "HOLDFAST_PAYMENT_PROVIDER is \"http\", so PAYMENT_GATEWAY_SERVER must be the gateway's address",
            )?;
            let gateway = outbound_http::PaymentGateway::new(&server, http.clone(), warn());
            let gateway = gateway.map_err(|error| anyhow!(error))?;
            let tokens = gateway.clone();
            (Arc::new(gateway), Arc::new(move |number: String, tell| tokens.tokenize(number, tell)))
        }
        other => bail!("HOLDFAST_PAYMENT_PROVIDER is \"{other}\", but must be \"simulated\" or \"http\""),
    };
    let file = PaymentFile::place(config.get(PaymentFile::VARIABLE).as_deref());
    let provider: Arc<dyn Port> = match file {
        Some(path) => {
            let values = config.with_settings(taxi::Settings::read)?;
            let values = Values {
                min_tax_price: values.fare.0.to_string(),
                payment_gateway_server: values.payment_gateway,
            };
            let told = Box::new(|text: &str| eprintln!("holdfast: {text}"));
            let file = PaymentFile::new(provider, path.clone(), &values, told);
            let cannot = || format!("{} is \"{}\"", PaymentFile::VARIABLE, path.display());
            Arc::new(file.with_context(cannot)?)
        }
        None => provider,
    };
    let notifier: Arc<dyn Port> = match config.get("HOLDFAST_NOTIFIER_URL") {
        Some(url) => {
            Arc::new(outbound_http::Webhook::new(&url, http.clone(), warn()).map_err(|error| anyhow!(error))?)
        }
        None => Arc::new(notifier::Local),
    };
    let ports = BTreeMap::from([("provider".to_owned(), provider), ("notifier".to_owned(), notifier)]);
    Ok((ports, tokenizer))
}

/// Serves every door until a signal comes, then finishes what was begun.
async fn serve(doors: Vec<Door>, front: Arc<dyn Front>) -> Result<()> {
    let options = Options::default();
    let (stop, stopped) = watch::channel(false);
    let mut tasks = tokio::task::JoinSet::new();
    let mut addresses = Vec::new();
    for Door { listener, scope } in doors {
        addresses.push(shown(&listener, &scope)?);
        let router = gateway::router(Arc::clone(&front), &scope, options.clone());
        let mut stopped = stopped.clone();
        let shutdown = async move {
            // A sender that is gone means the same as its word.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        tasks.spawn(gateway::serve(listener, router, shutdown));
    }
    // Before anybody can know that it runs: whoever ends it at once ends it in order.
    let ended = Signals::new()?;
    println!("ready {}", addresses.join(" "));
    std::io::stdout().flush().context("cannot write to stdout")?;
    ended.received().await;
    options.ready.set(false);
    stop.send_replace(true);
    while let Some(ended) = tasks.join_next().await {
        ended.context("a listener panicked")?.context("a listener failed")?;
    }
    Ok(())
}

/// How the ready line names a listener.
fn shown(listener: &TcpListener, scope: &Scope) -> Result<String> {
    let mut address = listener.local_addr().context("a listener without an address")?;
    if address.ip().is_unspecified() {
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    Ok(match scope {
        Scope::Systems(_) => format!("http://{address}"),
        Scope::Service(_, service) | Scope::Public(_, service) => format!("{service}=http://{address}"),
    })
}

/// Ctrl+C and SIGTERM, heard from now on.
struct Signals {
    interrupted: Signal,
    terminated: Signal,
}

impl Signals {
    fn new() -> Result<Self> {
        let interrupted = signal(SignalKind::interrupt()).context("cannot listen for Ctrl+C")?;
        let terminated = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        Ok(Self { interrupted, terminated })
    }

    async fn received(mut self) {
        tokio::select! {
            _ = self.interrupted.recv() => {}
            _ = self.terminated.recv() => {}
        }
    }
}
