using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HybridStore.Hot;
using HybridStore.Native;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Support;

/// <summary>A pgbouncer that lends a server's connections for the length of a transaction.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";
    private readonly EmbeddedPlace _place;
    private readonly int _port;

    private PgBouncer(EmbeddedPlace place, int port)
    {
        _place = place;
        _port = port;
    }

    /// <summary>Starts it.</summary>
    /// <param name="folder">A folder of the test's own.</param>
    /// <param name="server">An address of the server.</param>
    /// <param name="connections">How many connections it has to lend.</param>
    internal static async Task<PgBouncer> StartAsync(string folder, NpgsqlConnectionStringBuilder server, int connections)
    {
        Assert.SkipUnless(File.Exists(Program), "pgbouncer is installed by scripts/test.sh.");
        var place = await EmbeddedPlace.PrepareAsync(new StorePaths(folder), NativeFiles.PostgresFolder, CancellationToken.None);
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        Write(place, "users", $"\"{server.Username}\" \"{server.Password}\"\n");
        Write(place, "pgbouncer.ini", $"""
            [databases]
            * = host=127.0.0.1 port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = users
            pool_mode = transaction
            default_pool_size = {connections}
            logfile = pgbouncer.log
            pidfile = pgbouncer.pid

            """);
        var outcome = await place.Runner.RunAsync(Program, place.Home, ["-q", "-d", "pgbouncer.ini"], CancellationToken.None);
        if (outcome.ExitCode != 0) throw new InvalidOperationException(outcome.Output);
        return new PgBouncer(place, port);
    }

    /// <summary>The server's address, by way of this.</summary>
    internal string Through(string address) => new NpgsqlConnectionStringBuilder(address) { Host = "127.0.0.1", Port = _port }.ConnectionString + ";";

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        using var process = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(Path.Combine(_place.Home, "pgbouncer.pid"))));
        process.Kill();
        await process.WaitForExitAsync();
        Directory.Delete(_place.Home, recursive: true);
    }

    private static void Write(EmbeddedPlace place, string name, string text)
    {
        PasswordFile.WritePrivate(Path.Combine(place.Home, name), text);
        place.Account?.Own(Path.Combine(place.Home, name));
    }
}
