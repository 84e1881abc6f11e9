using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using HybridStore.Native;
using HybridStore.Native.Posix;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>The Postgres server of a store: made on first use, started when needed, left running, one for each store.</summary>
/// <param name="paths">The store.</param>
/// <param name="time">Measures how long a start may take.</param>
/// <remarks>
/// It listens on a unix socket and on 127.0.0.1 only and wants a generated password. Thread-safe, and safe between processes: a lock
/// file lets one of them start or stop it at a time. What the server tells of itself in <c>postmaster.pid</c> is the only state.
/// </remarks>
public sealed class EmbeddedPostgres(StorePaths paths, TimeProvider time)
{
    /// <summary>The server's superuser.</summary>
    public const string User = "hybrid";

    /// <summary>The database with the hot tables.</summary>
    public const string Database = "hybrid";

    private const string SocketFolderPrefix = "hybrid-pg-";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);

    /// <summary>How long a stop may take that writes everything to the data files, so that the next start need not recover.</summary>
    internal TimeSpan FastStopLimit { get; init; } = TimeSpan.FromSeconds(20);

    private string LockPath => Path.Combine(paths.Hot, "lock");

    private PasswordFile Password => new(Path.Combine(paths.Hot, "pgpass"));

    /// <summary>Whether it runs, and where its data is.</summary>
    public EmbeddedPostgresStatus Status()
    {
        var home = EmbeddedPlace.FindHome(paths);
        var data = EmbeddedPlace.FindData(paths);
        return new EmbeddedPostgresStatus(
            FindRunning(),
            home,
            home is not null && Path.GetDirectoryName(home) != paths.Hot,
            data is not null && Directory.Exists(data) ? SizeBytes(data) : 0);
    }

    /// <summary>The running server.</summary>
    /// <returns>Null when it does not run, or is not ready yet.</returns>
    public EmbeddedServer? FindRunning()
    {
        if (EmbeddedPlace.FindData(paths) is not { } data) return null;
        return PostmasterFile.Read(data) is { IsReady: true } running && running.IsAliveOn(data)
            ? new EmbeddedServer(running.ProcessId, running.Port, running.SocketFolder, Password.Path)
            : null;
    }

    /// <summary>Makes sure that the server runs.</summary>
    /// <param name="cancellationToken">Stops; the next call goes on from there.</param>
    /// <exception cref="StoreException">Environment: it does not start; with the last words of its log.</exception>
    public async Task<EmbeddedServer> StartAsync(CancellationToken cancellationToken)
    {
        if (FindRunning() is { } running) return running;
        try
        {
            Directory.CreateDirectory(paths.Hot);
            using var held = await StoreLock.TakeAsync(LockPath, time, StartLimit, cancellationToken).ConfigureAwait(false);
            var place = await EmbeddedPlace.PrepareAsync(paths, NativeFiles.PostgresFolder, cancellationToken).ConfigureAwait(false);
            await SettleAsync(place, cancellationToken).ConfigureAwait(false);
            if (FindRunning() is { } started) return started;
            await MakeDataAsync(place, cancellationToken).ConfigureAwait(false);
            var server = await LaunchAsync(place, cancellationToken).ConfigureAwait(false);
            await MakeDatabaseAsync(server, cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException or NpgsqlException)
        {
            throw new StoreException(StoreErrorKind.Environment, $"{paths.Hot}: the embedded Postgres could not be started: {e.Message}", e);
        }
    }

    /// <summary>Stops the server; open connections are cut, nothing that was committed is lost.</summary>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <returns>False when it did not run.</returns>
    /// <exception cref="StoreException">Environment: it does not stop.</exception>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        if (EmbeddedPlace.FindHome(paths) is null) return false;
        using var held = await StoreLock.TakeAsync(LockPath, time, StartLimit, cancellationToken).ConfigureAwait(false);
        var place = await EmbeddedPlace.PrepareAsync(paths, NativeFiles.PostgresFolder, cancellationToken).ConfigureAwait(false);
        if (PostmasterFile.Read(place.Data) is not { } file || !file.IsAliveOn(place.Data)) return false;
        var outcome = await StopAsync(place, "fast", FastStopLimit, cancellationToken).ConfigureAwait(false);
        // A server that is told to stop while it recovers from a crash may hang (18.4 does). What was committed outlives an immediate end, too.
        if (outcome.ExitCode != 0) outcome = await StopAsync(place, "immediate", StartLimit, cancellationToken).ConfigureAwait(false);
        if (outcome.ExitCode != 0) throw Failed(place, "does not stop", outcome.Output, logFrom: 0);
        RemoveSocketFolder(file.SocketFolder);
        return true;
    }

    /// <summary>Stops the server and deletes everything that it held: the lake can fill a new one.</summary>
    /// <param name="cancellationToken">Stops before anything is deleted.</param>
    /// <exception cref="StoreException">Environment: the server does not stop.</exception>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken).ConfigureAwait(false);
        if (EmbeddedPlace.FindHome(paths) is { } home) Directory.Delete(home, recursive: true);
        if (Directory.Exists(paths.Hot)) Directory.Delete(paths.Hot, recursive: true);
    }

    private static Task<PostgresProgram.Outcome> StopAsync(EmbeddedPlace place, string mode, TimeSpan limit, CancellationToken cancellationToken) =>
        place.Runner.RunAsync("pg_ctl", place.Home, ["stop", "-s", "-w", "-m", mode, "-t", $"{limit.TotalSeconds:0}"], cancellationToken);

    /// <summary>Waits until a server that is on its way up or down has arrived, and clears away what a crash left.</summary>
    private async Task SettleAsync(EmbeddedPlace place, CancellationToken cancellationToken)
    {
        var patience = StartPatience();
        while (PostmasterFile.Read(place.Data) is { } file && file.IsAliveOn(place.Data))
        {
            if (file.IsReady) return;
            if (!await patience.TryWaitAsync(cancellationToken).ConfigureAwait(false)) throw Failed(place, $"is neither up nor down after {StartLimit.TotalSeconds:0} s", "", logFrom: 0);
        }

        if (!File.Exists(PostmasterFile.PathIn(place.Data))) return;
        if (PostmasterFile.Read(place.Data) is { } stale) RemoveSocketFolder(stale.SocketFolder);
        // Postgres would refuse to start when the number in it belongs to any other process of the account by now. Backends that outlived
        // their server are found by the shared memory that they still hold, not by this file.
        File.Delete(PostmasterFile.PathIn(place.Data));
    }

    private async Task MakeDataAsync(EmbeddedPlace place, CancellationToken cancellationToken)
    {
        if (Directory.Exists(place.Data))
        {
            SetAsideOtherMajor(place);
            if (Directory.Exists(place.Data)) return;
        }

        var password = Password.Create();
        var unfinished = Path.Combine(place.Home, "data.unfinished");
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        var passwordPath = Path.Combine(place.Home, "initdb-password");
        try
        {
            PasswordFile.WritePrivate(passwordPath, password + "\n");
            place.Account?.Own(passwordPath);
            var outcome = await place.Runner.RunAsync(
                "initdb",
                place.Home,
                [
                    "--pgdata=data.unfinished", $"--username={User}", "--pwfile=initdb-password", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
                    "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
                    "--set=listen_addresses=127.0.0.1", "--set=unix_socket_permissions=0700", "--set=wal_level=minimal", "--set=max_wal_senders=0",
                    "--set=timezone=UTC", "--set=log_timezone=UTC",
                ],
                cancellationToken).ConfigureAwait(false);
            if (outcome.ExitCode != 0)
            {
                throw new StoreException(StoreErrorKind.Environment, $"{place.Home}: the embedded Postgres could not be made: {LastLines(outcome.Output)}");
            }
        }
        finally
        {
            File.Delete(passwordPath);
        }

        DurableFile.Rename(unfinished, place.Data);
    }

    /// <summary>Another major version's files are of no use to this one; the lake fills new ones.</summary>
    private static void SetAsideOtherMajor(EmbeddedPlace place)
    {
        var version = File.ReadAllText(Path.Combine(place.Data, "PG_VERSION")).Trim();
        var catalog = Path.Combine(place.Programs, "share", "postgresql", "postgres.bki");
        using var reader = new StreamReader(catalog);
        var major = reader.ReadLine()?.Split(' ')[^1];
        if (major == version) return;
        var aside = Path.Combine(place.Home, $"data-{version}");
        if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
        DurableFile.Rename(place.Data, aside);
    }

    private async Task<EmbeddedServer> LaunchAsync(EmbeddedPlace place, CancellationToken cancellationToken)
    {
        var portPath = Path.Combine(paths.Hot, "port");
        var logFrom = ServerLog.Begin(place.Log);
        var wantedPort = File.Exists(portPath) && int.TryParse(await File.ReadAllTextAsync(portPath, cancellationToken).ConfigureAwait(false), out var last) ? last : 0;
        var patience = StartPatience();
        while (true)
        {
            var port = FreePort(wantedPort);
            // A socket's path has at most 107 bytes, a store's path any number; a name that nobody can guess cannot be taken before us.
            // Not TMPDIR, which may be as long as any path, and closed to the server's account.
            var sockets = Directory.CreateDirectory($"/tmp/{SocketFolderPrefix}{RandomNumberGenerator.GetHexString(16, lowercase: true)}", OwnerOnly);
            place.Account?.Own(sockets.FullName);
            var outcome = await place.Runner.RunAsync(
                "pg_ctl",
                place.Home,
                ["start", "-s", "-w", "-t", $"{StartLimit.TotalSeconds:0}", "-l", "server.log", "-o", $"-p {port} -k {sockets.FullName}"],
                cancellationToken).ConfigureAwait(false);
            if (outcome.ExitCode == 0 && FindRunning() is { } server)
            {
                await File.WriteAllTextAsync(portPath, $"{port}\n", cancellationToken).ConfigureAwait(false);
                return server;
            }

            RemoveSocketFolder(sockets.FullName);
            // The port may have gone to somebody else a moment ago, and backends of a server that was killed take a moment to notice.
            var said = ServerLog.Tail(place.Log, logFrom);
            var mayPass = said.Contains("Address already in use", StringComparison.Ordinal) || said.Contains("still in use", StringComparison.Ordinal);
            if (!mayPass || !await patience.TryWaitAsync(cancellationToken).ConfigureAwait(false)) throw Failed(place, "does not start", outcome.Output, logFrom);
            wantedPort = 0;
        }
    }

    /// <summary>For a server that is on its way up or down.</summary>
    private Patience StartPatience() => new(time, PauseMin, PauseMax, StartLimit);

    private static async Task MakeDatabaseAsync(EmbeddedServer server, CancellationToken cancellationToken)
    {
        var builder = server.Connection("postgres");
        builder.Pooling = false;
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var exists = new NpgsqlCommand(ServerSql.DatabaseExists(Database), connection);
        if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null) return;
        await using var create = new NpgsqlCommand(ServerSql.CreateDatabase(Database), connection);
        await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A port that is free now.</summary>
    /// <param name="wanted">Taken when it is free: a server keeps its port as long as it can, since clients remember it.</param>
    private static int FreePort(int wanted)
    {
        foreach (var port in wanted == 0 ? [0] : new[] { wanted, 0 })
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException) when (port != 0)
            {
                continue;
            }
        }

        throw new StoreException(StoreErrorKind.Environment, "127.0.0.1 has no free port for the embedded Postgres.");
    }

    private static void RemoveSocketFolder(string folder)
    {
        if (!Path.GetFileName(folder).StartsWith(SocketFolderPrefix, StringComparison.Ordinal)) return;
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody cleaned the temporary files before us, or it is another account's: a socket that nobody listens on harms nobody.
        }
    }

    private static long SizeBytes(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };
        return new DirectoryInfo(folder).EnumerateFiles("*", options).Sum(SizeOrNone);

        static long SizeOrNone(FileInfo file)
        {
            try
            {
                return file.Length;
            }
            catch (IOException)
            {
                return 0; // The server removed it since it was listed.
            }
        }
    }

    private static StoreException Failed(EmbeddedPlace place, string what, string output, long logFrom)
    {
        var said = ServerLog.Tail(place.Log, logFrom);
        return new StoreException(
            StoreErrorKind.Environment,
            $"{place.Log}: the embedded Postgres {what}. It says: {(said.Length > 0 ? said : LastLines(output))}. See the log; delete {place.Home} when its files are damaged ('hybrid sync' fills new ones from the lake), or set HYBRID_PG to a Postgres of your own.");
    }

    private static string LastLines(string output) =>
        string.Join(" | ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(4));
}
