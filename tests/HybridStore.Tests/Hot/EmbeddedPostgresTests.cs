using System.Diagnostics;
using HybridStore.Hot;
using HybridStore.Native.Posix;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class EmbeddedPostgresTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<EmbeddedPostgres> _servers = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DeleteAsync(CancellationToken.None);
        _folder.Dispose();
    }

    [Fact]
    public async Task StartAsync_on_a_fresh_store_answers_queries_and_a_second_one_adopts_it()
    {
        var paths = Store("store");

        var first = await Server(paths).StartAsync(Cancellation);
        var second = await Server(paths).StartAsync(Cancellation);

        Assert.Equal(first, second);
        Assert.Equal("hybrid", await AskAsync(first, "select current_database()"));
        Assert.Equal("minimal", await AskAsync(first, "show wal_level"));
        Assert.Equal("UTF8 builtin C.UTF-8", await AskAsync(first, "select concat_ws(' ', pg_encoding_to_char(encoding), case datlocprovider when 'b' then 'builtin' end, datlocale) from pg_database where datname = current_database()"));
    }

    [Fact]
    public async Task StartAsync_in_a_path_of_200_characters_with_spaces_quotes_dollars_and_non_ASCII_works()
    {
        var paths = Store($"Ünï 'código' \"$HOME\" `x`, 数据 {new string('x', 160)}");

        var server = await Server(paths).StartAsync(Cancellation);

        Assert.True(paths.Hot.Length > 200);
        Assert.Equal("1", await AskAsync(server, "select 1::text"));
    }

    [Fact]
    public async Task StartAsync_by_eight_at_once_starts_one_server()
    {
        var paths = Store("store");

        var servers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Server(paths).StartAsync(Cancellation))));

        Assert.Single(servers.Distinct());
    }

    [Fact]
    public async Task StartAsync_after_the_server_was_killed_starts_a_new_one_with_what_was_committed()
    {
        var paths = Store("store");
        var server = await Server(paths).StartAsync(Cancellation);
        await AskAsync(server, "create table kept as select 42 as answer; select 1::text");
        await KillAsync(server.ProcessId);

        Assert.Null(Server(paths).FindRunning());
        var next = await Server(paths).StartAsync(Cancellation);

        Assert.NotEqual(server.ProcessId, next.ProcessId);
        Assert.Equal("42", await AskAsync(next, "select answer::text from kept"));
        Assert.False(Directory.Exists(server.SocketFolder));
    }

    [Fact]
    public async Task StartAsync_when_the_stale_process_number_belongs_to_another_process_starts()
    {
        var paths = Store("store");
        var server = await Server(paths).StartAsync(Cancellation);
        var home = Server(paths).Status().Home!;
        var file = Path.Combine(home, "data", "postmaster.pid");
        var lines = await File.ReadAllLinesAsync(file, Cancellation);
        await KillAsync(server.ProcessId);
        lines[0] = $"{Environment.ProcessId}";
        await File.WriteAllLinesAsync(file, lines, Cancellation);

        var next = await Server(paths).StartAsync(Cancellation);

        Assert.Equal("1", await AskAsync(next, "select 1::text"));
    }

    [Fact]
    public async Task StartAsync_when_its_last_port_is_taken_takes_another()
    {
        var paths = Store("store");
        var server = await Server(paths).StartAsync(Cancellation);
        await Server(paths).StopAsync(Cancellation);
        using var thief = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, server.Port);
        thief.Start();

        var next = await Server(paths).StartAsync(Cancellation);

        Assert.NotEqual(server.Port, next.Port);
        Assert.Equal("1", await AskAsync(next, "select 1::text"));
    }

    [Fact]
    public async Task StartAsync_when_the_server_refuses_says_so_with_the_words_of_its_log()
    {
        var paths = Store("store");
        await Server(paths).StartAsync(Cancellation);
        await Server(paths).StopAsync(Cancellation);
        var settings = Path.Combine(Server(paths).Status().Home!, "data", "postgresql.conf");
        await File.AppendAllTextAsync(settings, "shared_buffers = 'a lot'\n", Cancellation);

        var error = await Assert.ThrowsAsync<StoreException>(() => Server(paths).StartAsync(Cancellation));

        Assert.Equal(StoreErrorKind.Environment, error.Kind);
        Assert.Contains("shared_buffers", error.Message, StringComparison.Ordinal);
        Assert.Contains("server.log", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_by_root_keeps_the_data_in_a_store_that_everyone_can_reach_and_outside_of_one_that_only_root_can()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root's servers run under another account.");
        var hidden = Store("hidden");
        await Server(hidden).StartAsync(Cancellation);
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherExecute);
        var open = Store("open");
        await Server(open).StartAsync(Cancellation);

        Assert.True(Server(hidden).Status().IsOutsideStore);
        Assert.False(Server(open).Status().IsOutsideStore);
        Assert.StartsWith(open.Hot, Server(open).Status().Home, StringComparison.Ordinal);
        Assert.True(Server(open).Status().DataBytes > 1_000_000);
    }

    [Fact]
    public async Task StartAsync_in_a_copy_of_a_store_does_not_touch_the_original()
    {
        var original = Store("original");
        var first = await Server(original).StartAsync(Cancellation);
        var copy = Store("copy");
        Directory.CreateDirectory(copy.Hot);
        foreach (var file in Directory.GetFiles(original.Hot)) File.Copy(file, Path.Combine(copy.Hot, Path.GetFileName(file)));

        var second = await Server(copy).StartAsync(Cancellation);

        Assert.NotEqual(first.ProcessId, second.ProcessId);
        Assert.Equal(first, Server(original).FindRunning());
    }

    [Fact]
    public async Task StartAsync_of_data_whose_owner_or_mode_a_copy_has_changed_names_the_folder_and_what_to_do()
    {
        var paths = Store("store");
        await Server(paths).StartAsync(Cancellation);
        await Server(paths).StopAsync(Cancellation);
        var (home, data) = (EmbeddedPlace.FindHome(paths)!, EmbeddedPlace.FindData(paths)!);
        var (mode, owner) = (File.GetUnixFileMode(data), FileStatus.Of(data)!.Value.UserId);

        File.SetUnixFileMode(data, mode | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await AssertRefusedAsync("expected mode 0700");
        File.SetUnixFileMode(data, mode);
        if (Environment.IsPrivilegedProcess)
        {
            Account.Find(0)!.Own(data);
            await AssertRefusedAsync("its data belongs to 'root', expected account");
            Account.Find(owner)!.Own(data);
        }

        Assert.Equal("1", await AskAsync(await Server(paths).StartAsync(Cancellation), "select 1::text"));

        async Task AssertRefusedAsync(string reason)
        {
            var error = await Assert.ThrowsAsync<StoreException>(() => Server(paths).StartAsync(Cancellation));
            Assert.Equal(StoreErrorKind.Environment, error.Kind);
            Assert.StartsWith($"{home}: the embedded Postgres cannot start: ", error.Message, StringComparison.Ordinal);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
            Assert.Contains("Delete the folder, and 'hybrid sync' fills a new one", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task StopAsync_stops_once_and_leaves_no_socket()
    {
        var paths = Store("store");
        var server = await Server(paths).StartAsync(Cancellation);

        Assert.True(await Server(paths).StopAsync(Cancellation));
        Assert.False(await Server(paths).StopAsync(Cancellation));

        Assert.Null(Server(paths).FindRunning());
        Assert.False(Directory.Exists(server.SocketFolder));
    }

    [Fact]
    public async Task The_password_is_in_a_private_file_and_in_no_command_line_log_or_URL()
    {
        var paths = Store("store");
        var server = await Server(paths).StartAsync(Cancellation);
        var password = (await File.ReadAllTextAsync(server.PasswordPath, Cancellation)).Trim().Split(':')[^1];
        var home = Server(paths).Status().Home!;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(server.PasswordPath));
        Assert.DoesNotContain(password, server.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(password, await File.ReadAllTextAsync($"/proc/{server.ProcessId}/cmdline", Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain(password, await File.ReadAllTextAsync(Path.Combine(home, "server.log"), Cancellation), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(home, "initdb-password")));
        await using var without = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.Connection("hybrid").ConnectionString) { Password = "wrong" }.ConnectionString);
        await Assert.ThrowsAsync<PostgresException>(() => without.OpenAsync(Cancellation));
    }

    [Fact]
    public async Task The_data_of_another_major_version_is_set_aside_and_made_anew()
    {
        var paths = Store("store");
        await Server(paths).StartAsync(Cancellation);
        await Server(paths).StopAsync(Cancellation);
        var home = Server(paths).Status().Home!;
        await File.WriteAllTextAsync(Path.Combine(home, "data", "PG_VERSION"), "17\n", Cancellation);

        var server = await Server(paths).StartAsync(Cancellation);

        Assert.Equal("1", await AskAsync(server, "select 1::text"));
        Assert.True(Directory.Exists(Path.Combine(home, "data-17")));
    }

    private StorePaths Store(string name) => new(Path.Combine(_folder.Path, name));

    private EmbeddedPostgres Server(StorePaths paths)
    {
        var server = new EmbeddedPostgres(paths, TimeProvider.System);
        lock (_servers) _servers.Add(server);
        return server;
    }

    private static async Task<string> AskAsync(EmbeddedServer server, string sql)
    {
        var builder = server.Connection(EmbeddedPostgres.Database);
        builder.Pooling = false;
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private static async Task KillAsync(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
    }
}
