using System.Net;
using System.Net.Sockets;
using HybridStore.Hot;
using HybridStore.Native;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Support;

/// <summary>A Postgres server with settings and of a version that a test chooses, as somebody else would run it.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    internal const string User = "owner";
    private const string Major = "postgres-";
    private const int StartAttemptsMax = 8;
    private readonly EmbeddedPlace _place;
    private readonly bool _isMounted;

    private OwnPostgres(EmbeddedPlace place, bool isMounted)
    {
        _place = place;
        _isMounted = isMounted;
    }

    internal int Port { get; private set; }

    internal string Password { get; } = $"s3cret{Guid.NewGuid():n}";

    internal string DataFolder => _place.Data;

    internal string Log => File.ReadAllText(_place.Log);

    internal NpgsqlConnectionStringBuilder Address => new() { Host = "127.0.0.1", Port = Port, Username = User, Password = Password, Database = "postgres" };

    /// <summary>The programs of a major version; the test is skipped where they were not fetched.</summary>
    internal static string Programs(int major)
    {
        var folder = Path.Combine(Tidy.SourceTree.Root, "tests", "Postgres", "node_modules", $"{Major}{major}", "native");
        Assert.SkipUnless(File.Exists(Path.Combine(folder, "bin", "postgres")), $"Postgres {major} is fetched by scripts/test.sh on Linux x64.");
        return folder;
    }

    /// <summary>Makes and starts a server.</summary>
    /// <param name="folder">A folder of the test's own.</param>
    /// <param name="programs">Null for the version that hybrid brings along.</param>
    /// <param name="diskBytes">The size of a disk of its own; null for the folder's disk.</param>
    /// <param name="files">Files to put beside its data, such as keys; they belong to the server's account.</param>
    /// <param name="settings">Settings, such as <c>max_connections=5</c>.</param>
    internal static async Task<OwnPostgres> StartAsync(
        string folder, string? programs = null, long? diskBytes = null, IReadOnlyDictionary<string, string>? files = null, params string[] settings)
    {
        var place = await EmbeddedPlace.PrepareAsync(new StorePaths(folder), programs ?? NativeFiles.PostgresFolder, CancellationToken.None);
        if (diskBytes is { } size) Mount(place, size);
        var server = new OwnPostgres(place, diskBytes is not null);
        try
        {
            server.Write("password", server.Password);
            await server.RunAsync("initdb", "--pgdata=data", $"--username={User}", "--pwfile=password", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--wal-segsize=1");
            foreach (var (name, text) in files ?? new Dictionary<string, string>()) server.Write(name, text);
            var data = place.Data;
            File.AppendAllLines(Path.Combine(data, "postgresql.conf"), ["listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "fsync = off", "max_wal_size = 8MB", "min_wal_size = 2MB", .. settings]);
            if (files?.ContainsKey("pg_hba.conf") == true) File.Copy(Path.Combine(place.Home, "pg_hba.conf"), Path.Combine(data, "pg_hba.conf"), overwrite: true);
            await server.LaunchAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database.</summary>
    internal async Task<TestDatabase> CreateDatabaseAsync(string name = "market")
    {
        var builder = Address;
        builder.Pooling = false;
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new TestDatabase(new NpgsqlConnectionStringBuilder(Address.ConnectionString) { Database = name });
    }

    /// <summary>Gives the disk that was made for it another size.</summary>
    internal void Resize(long bytes) => Shell("mount", "-o", $"remount,size={bytes}", _place.Home);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _place.Runner.RunAsync("pg_ctl", _place.Home, ["stop", "-s", "-w", "-m", "immediate"], CancellationToken.None);
        if (_isMounted) Shell("umount", "-l", _place.Home);
        Directory.Delete(_place.Home, recursive: true);
    }

    private static void Mount(EmbeddedPlace place, long bytes)
    {
        var owner = place.Account is { } account ? $",uid={account.UserId},gid={account.GroupId}" : "";
        var run = ShellProgram.Run("mount", "-t", "tmpfs", "-o", $"size={bytes},mode=700{owner}", "tmpfs", place.Home);
        Assert.SkipUnless(run.ExitCode == 0, $"A small disk cannot be made here: {run.Error.Trim()}");
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_place.Home, name);
        PasswordFile.WritePrivate(path, text);
        _place.Account?.Own(path);
    }

    private async Task LaunchAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            using (var listener = new TcpListener(IPAddress.Loopback, 0))
            {
                listener.Start();
                Port = ((IPEndPoint)listener.LocalEndpoint).Port;
            }

            var outcome = await _place.Runner.RunAsync("pg_ctl", _place.Home, ["start", "-s", "-w", "-l", "server.log", "-o", $"-p {Port}"], CancellationToken.None);
            if (outcome.ExitCode == 0) return;
            if (attempt == StartAttemptsMax || !Log.Contains("already in use", StringComparison.Ordinal)) throw new InvalidOperationException(Log);
        }
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var outcome = await _place.Runner.RunAsync(program, _place.Home, arguments, CancellationToken.None);
        if (outcome.ExitCode != 0) throw new InvalidOperationException(outcome.Output);
    }

    private static void Shell(string program, params string[] arguments)
    {
        var run = ShellProgram.Run(program, arguments);
        if (run.ExitCode != 0) throw new InvalidOperationException(run.Error);
    }
}
