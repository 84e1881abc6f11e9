using HybridStore.Hot;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("postgresql://ann:s%40crt@db.example:6543/market?sslmode=verify-full", "ann@db.example:6543/market", "s@crt", "VerifyFull")]
    [InlineData("postgres://ann@[::1]/market", "ann@::1:5432/market", null, "Prefer")]
    [InlineData("postgresql:///market?host=%2Frun%2Fpg&port=6000&user=ann", "ann@/run/pg:6000/market", null, "Prefer")]
    [InlineData("host=db port = 6543 dbname='my market' user=ann password='it\\'s' sslmode=require", "ann@db:6543/my market", "it's", "Require")]
    [InlineData("Host=db;Username=ann;Database=market;Password=x;Port=6000", "ann@db:6000/market", "x", "Prefer")]
    [InlineData("host=db user=ann", "ann@db:5432/ann", null, "Prefer")]
    public void Read_understands_URIs_pairs_and_Npgsqls_own(string text, string address, string? password, string sslMode)
    {
        var builder = PostgresAddress.Read(name => name == "HYBRID_PG" ? text : null)!;

        Assert.Equal(address, PostgresAddress.Describe(builder));
        Assert.Equal(password, builder.Password);
        Assert.Equal(sslMode, builder.SslMode.ToString());
    }

    [Fact]
    public void Read_takes_what_is_not_said_from_libpqs_variables()
    {
        var variables = new Dictionary<string, string> { ["PGHOST"] = "db", ["PGPORT"] = "6000", ["PGDATABASE"] = "market", ["PGUSER"] = "ann" };

        Assert.Equal("ann@db:6000/market", PostgresAddress.Describe(PostgresAddress.Read(variables.GetValueOrDefault)!));
        variables["HYBRID_PG"] = "postgresql://bob@other:5432/";
        Assert.Equal("bob@other:5432/market", PostgresAddress.Describe(PostgresAddress.Read(variables.GetValueOrDefault)!));
        Assert.Null(PostgresAddress.Read(name => name == "PGPORT" ? "6000" : null));
    }

    [Fact]
    public void Read_takes_encryption_patience_and_name_from_libpqs_variables_unless_the_address_says_them()
    {
        var variables = new Dictionary<string, string> { ["PGHOST"] = "db", ["PGSSLMODE"] = "verify-full", ["PGSSLROOTCERT"] = "/ca.pem", ["PGCONNECT_TIMEOUT"] = "7", ["PGAPPNAME"] = "nightly" };

        var builder = PostgresAddress.Read(variables.GetValueOrDefault)!;
        variables["HYBRID_PG"] = "postgresql://db/market?sslmode=require&connect_timeout=3";
        var given = PostgresAddress.Read(variables.GetValueOrDefault)!;

        Assert.Equal("VerifyFull /ca.pem 7 nightly", $"{builder.SslMode} {builder.RootCertificate} {builder.Timeout} {builder.ApplicationName}");
        Assert.Equal("Require /ca.pem 3 nightly", $"{given.SslMode} {given.RootCertificate} {given.Timeout} {given.ApplicationName}");
        variables["PGSSLMODE"] = "always";
        variables["HYBRID_PG"] = "postgresql://db/market";
        Assert.StartsWith("PGSSLMODE: 'always' is no value for it", Assert.Throws<StoreException>(() => PostgresAddress.Read(variables.GetValueOrDefault)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://ann:hunter2@db:port/market")]
    [InlineData("host=db passwort=hunter2")]
    [InlineData("hunter2")]
    [InlineData("host=db password='hunter2")]
    [InlineData("Host=db;Passwort=hunter2")]
    public void Read_of_what_is_no_address_says_so_and_repeats_nothing_of_it(string text)
    {
        var error = Assert.Throws<StoreException>(() => PostgresAddress.Read(name => name == "HYBRID_PG" ? text : null));

        Assert.Equal(StoreErrorKind.Usage, error.Kind);
        Assert.StartsWith("HYBRID_PG: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_when_nobody_listens_says_where_in_a_sentence_without_the_password()
    {
        using var folder = new TemporaryFolder();

        var error = await Assert.ThrowsAsync<StoreException>(() => HotTier.OpenAsync(
            new StorePaths(folder.Path), name => name == "HYBRID_PG" ? "postgresql://ann:hunter2@127.0.0.1:1/market" : null, TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Equal(StoreErrorKind.Environment, error.Kind);
        Assert.StartsWith("Postgres ann@127.0.0.1:1/market: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }
}
