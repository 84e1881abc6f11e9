using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>A server that takes TLS only, with a certificate for <c>localhost</c> by an authority of its own.</summary>
public sealed class HotTlsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new("localhost");
    private OwnPostgres _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _folder.Write("authority.pem", _certificates.Authority);
        _folder.Write("stranger.pem", new TestCertificates("localhost").Authority);
        var files = new Dictionary<string, string>
        {
            ["server.crt"] = _certificates.Certificate,
            ["server.key"] = _certificates.Key,
            ["pg_hba.conf"] = "hostssl all all 127.0.0.1/32 scram-sha-256\n",
        };
        _server = await OwnPostgres.StartAsync(_folder.File("server"), files: files, settings: ["ssl = on", "ssl_cert_file = '../server.crt'", "ssl_key_file = '../server.key'"]);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("localhost", "sslmode=require")]
    [InlineData("127.0.0.1", "sslmode=require")]
    [InlineData("127.0.0.1", "sslmode=verify-ca&sslrootcert={authority}")]
    [InlineData("localhost", "sslmode=verify-full&sslrootcert={authority}")]
    [InlineData("localhost", "sslmode=verify-full")]
    public async Task OpenAsync_over_TLS_loads(string host, string query)
    {
        await using var database = await _server.CreateDatabaseAsync();
        await using var tier = await OpenAsync(host, query, "market");

        var result = await tier.SyncAsync(new TestLake(_folder.File("lake"), TestLake.Quotes).AddQuotes("IBM", "2013-10-07", 5000).Snapshot, 1, null, HotIndex.Btree, null, Cancellation);

        Assert.Equal(5000, result.RowsLoaded);
        Assert.Equal(["True"], (await database.AskAsync("select s.ssl from pg_stat_ssl s join pg_stat_activity using (pid) where application_name = 'hybrid'")).Distinct());
    }

    [Theory]
    [InlineData("localhost", "sslmode=disable", "no encryption")]
    [InlineData("localhost", "sslmode=verify-full&sslrootcert={stranger}", "certificate was refused")]
    [InlineData("127.0.0.1", "sslmode=verify-full&sslrootcert={authority}", "certificate was refused")]
    public async Task OpenAsync_of_a_server_that_is_not_who_it_should_be_is_refused_without_the_password(string host, string query, string reason)
    {
        var error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(host, query, "postgres"));

        Assert.Equal(StoreErrorKind.Environment, error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Password, error.ToString(), StringComparison.Ordinal);
    }

    private Task<HotTier> OpenAsync(string host, string query, string database)
    {
        NpgsqlConnection.ClearAllPools();
        var options = query.Replace("{authority}", Uri.EscapeDataString(_folder.File("authority.pem")), StringComparison.Ordinal).Replace("{stranger}", Uri.EscapeDataString(_folder.File("stranger.pem")), StringComparison.Ordinal);
        var variables = new Dictionary<string, string>
        {
            ["HYBRID_PG"] = $"postgresql://{OwnPostgres.User}:{_server.Password}@{host}:{_server.Port}/{database}?{options}",
            ["PGSSLROOTCERT"] = _folder.File("authority.pem"),
        };
        return HotTier.OpenAsync(new StorePaths("/nowhere"), variables.GetValueOrDefault, TimeProvider.System, Cancellation);
    }
}
