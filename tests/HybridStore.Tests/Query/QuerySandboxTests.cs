using System.Security.Cryptography;
using HybridStore.Native.DuckDb;
using HybridStore.Query;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Query;

public sealed class QuerySandboxTests : IDisposable
{
    private readonly SampleLake _lake = new();

    public QuerySandboxTests()
    {
        _lake.Add(SampleLake.Quotes());
        _lake.AddQuotes("quotes", "IBM", new DateOnly(2013, 10, 7));
        _lake.AddQuotes("quotes", "AIG", new DateOnly(2013, 10, 7));
    }

    public void Dispose() => _lake.Dispose();

    /// <summary>In these, LAKE stands for the dataset's folder, FILE for one of its files, and OUT for a folder beside the store.</summary>
    [Theory]
    [InlineData("copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("copy (select 1) to 'FILE'")]
    [InlineData("copy quotes from 'FILE'")]
    [InlineData("select 1; copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("copy (select 1) to 'LAKE/x.csv'; select 1")]
    [InlineData("/* a */ copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("explain copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("explain analyze copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("explain (format json) copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("explain analyze create table x as select 1")]
    [InlineData("/* a */ explain analyze copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("explain/**/analyze copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("explain analyze /* (format json) */ copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("export database 'LAKE/out'")]
    [InlineData("/* /* */ select */ export database 'LAKE/out'")]
    [InlineData("(export database 'LAKE/out')")]
    [InlineData("explain export database 'LAKE/out'")]
    [InlineData("explain (select) export database 'LAKE/out'")]
    [InlineData("explain (analyze) copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("import database 'LAKE'")]
    [InlineData("attach 'LAKE/x.db'")]
    [InlineData("attach ':memory:' as m")]
    [InlineData("detach memory")]
    [InlineData("use memory")]
    [InlineData("install httpfs")]
    [InlineData("load httpfs")]
    [InlineData("load 'LAKE/x'")]
    [InlineData("set threads = 1")]
    [InlineData("set enable_external_access = true")]
    [InlineData("set lock_configuration = false")]
    [InlineData("reset memory_limit")]
    [InlineData("set variable x = 1")]
    [InlineData("pragma enable_profiling")]
    [InlineData("pragma database_list")]
    [InlineData("call enable_logging()")]
    [InlineData("create table x as select 1")]
    [InlineData("create view x as select 1")]
    [InlineData("create temp table x(i integer)")]
    [InlineData("create macro f() as 1")]
    [InlineData("create macro f() as table from read_text('/etc/passwd')")]
    [InlineData("create secret s (type s3)")]
    [InlineData("create type t as enum ('a')")]
    [InlineData("drop view quotes")]
    [InlineData("insert into quotes values (1)")]
    [InlineData("delete from quotes")]
    [InlineData("update quotes set bid = 1")]
    [InlineData("alter view quotes rename to x")]
    [InlineData("begin")]
    [InlineData("checkpoint")]
    [InlineData("vacuum")]
    [InlineData("prepare p as select 1")]
    [InlineData("execute p")]
    [InlineData("select * from read_text('/etc/passwd')")]
    [InlineData("select * from read_text('LAKE/../../../../../../../../etc/passwd')")]
    [InlineData("select * from read_blob('/proc/self/environ')")]
    [InlineData("select * from read_csv('/etc/passwd')")]
    [InlineData("select * from \"read_csv\"('/etc/passwd')")]
    [InlineData("select * from read_csv /* here */ ('/etc/passwd')")]
    [InlineData("select * from read_csv -- here\n ('/etc/passwd')")]
    [InlineData("select * from main.read_csv('/etc/passwd')")]
    [InlineData("select * from READ_JSON('/etc/passwd')")]
    [InlineData("select (select content from read_text('/etc/passwd'))")]
    [InlineData("with x as (from read_text('/etc/passwd')) from x")]
    [InlineData("from '/etc/passwd'")]
    [InlineData("from '/etc/passwd.csv'")]
    [InlineData("from 'OUT/secret.csv'")]
    [InlineData("from 'LAKE/../../secret.csv'")]
    [InlineData("from \"OUT/secret.csv\"")]
    [InlineData("select * from query_table('OUT/secret.csv')")]
    [InlineData("summarize 'OUT/secret.csv'")]
    [InlineData("describe 'OUT/secret.csv'")]
    [InlineData("from 'https://example.com/x.csv'")]
    [InlineData("from 's3://bucket/x.parquet'")]
    [InlineData("from glob('/etc/*')")]
    [InlineData("from glob('OUT/*')")]
    [InlineData("from sniff_csv('OUT/secret.csv')")]
    [InlineData("from parquet_metadata('FILE')")]
    [InlineData("from query('select 1')")]
    [InlineData("from \"query\" ('from enable_' || 'logging()')")]
    [InlineData("from json_execute_serialized_sql(json_serialize_sql('select 1'))")]
    [InlineData("from enable_logging(storage = 'file', storage_config = {'path': 'LAKE/logs'})")]
    [InlineData("from enable_profiling(format = 'json', save_location = 'LAKE/profile.json')")]
    [InlineData("pivot (from enable_logging(storage = 'file', storage_config = {'path': 'LAKE/logs'})) on 1 using count(*)")]
    [InlineData("explain analyze from enable_logging(storage = 'file', storage_config = {'path': 'LAKE/logs'})")]
    [InlineData("from duckdb_secrets()")]
    [InlineData("from which_secret('s3://x', 's3')")]
    [InlineData("from arrow_scan(1::pointer, 2::pointer, 3::pointer)")]
    [InlineData("from copy_database('memory', 'x')")]
    [InlineData("from force_checkpoint()")]
    [InlineData("from hybrid_rows(1)")]
    [InlineData("select getenv('HOME')")]
    [InlineData("select write_log('x')")]
    [InlineData("pivot quotes on symbol using sum(bid); copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("copy (pivot quotes on symbol using sum(bid)) to 'LAKE/x.csv'")]
    [InlineData("create table x as pivot quotes on symbol using sum(bid)")]
    [InlineData("merge into quotes using (select 1 as i) s on true when matched then delete")]
    [InlineData("comment on view quotes is 'x'")]
    [InlineData("\u200Bexport database 'LAKE/out'")]
    [InlineData("\uFEFF export database 'LAKE/out'")]
    [InlineData("(\u2060(export database 'LAKE/out'))")]
    [InlineData("explain\u200Banalyze export database 'LAKE/out'")]
    [InlineData("/**/\u00A0export database 'LAKE/out'")]
    [InlineData("; export database 'LAKE/out'")]
    [InlineData("from enable_logging\u200B(storage = 'file', storage_config = {'path': 'LAKE/logs'})")]
    [InlineData("from enable_profiling\u200D\u3000(format = 'json', save_location = 'LAKE/profile.json')")]
    [InlineData("from \"query\"\uFEFF('select 1')")]
    [InlineData("from query\u2060/**/('select 1')")]
    [InlineData("select content from read_text\u00A0('/etc/passwd')")]
    [InlineData("with x as (insert into quotes values (1) returning *) from x")]
    [InlineData("with x as (delete from quotes returning *) from x")]
    [InlineData("with x as (copy (select 1) to 'LAKE/x.csv') from x")]
    [InlineData("select * from (copy (select 1) to 'LAKE/x.csv')")]
    [InlineData("select * from (export database 'LAKE/out')")]
    [InlineData("select * into x from quotes")]
    [InlineData("from 'OUT/none.db'")]
    [InlineData("from 'file:///etc/passwd.csv'")]
    [InlineData("from 'file://OUT/secret.csv'")]
    [InlineData("from 'LAKE//..//../..//etc/passwd.csv'")]
    [InlineData("from sqlite_scan('OUT/x.db', 't')")]
    [InlineData("from postgres_scan('host=127.0.0.1', 'public', 't')")]
    [InlineData("from delta_scan('LAKE')")]
    [InlineData("from iceberg_scan('LAKE')")]
    [InlineData("from st_read('OUT/x.shp')")]
    [InlineData("from read_xlsx('OUT/x.xlsx')")]
    [InlineData("select http_get('http://127.0.0.1/')")]
    [InlineData("select * from 'http://127.0.0.1:1/x.parquet'")]
    [InlineData("select 'HOME'.getenv()")]
    [InlineData("select list_transform(['HOME'], lambda x: getenv(x))")]
    [InlineData("select sleep_ms(1)")]
    [InlineData("from query_table('read_text(''/etc/passwd'')')")]
    [InlineData("from query_table(['OUT/secret.csv', 'OUT/secret.csv'])")]
    [InlineData("values (1); attach ':memory:' as m")]
    [InlineData("describe copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("summarize copy (select 1) to 'LAKE/x.csv'")]
    [InlineData("show (copy (select 1) to 'LAKE/x.csv')")]
    [InlineData("from (call enable_logging())")]
    [InlineData("from (pragma enable_profiling)")]
    public void What_is_not_reading_datasets_is_refused_and_changes_nothing(string sql)
    {
        using var beside = new TemporaryFolder();
        beside.Write("secret.csv", "a,b\nsecret,1\n");
        var quotes = _lake["quotes"];
        sql = sql.Replace("LAKE", quotes.Folder, StringComparison.Ordinal).Replace("FILE", $"{quotes.Folder}/{quotes.Files[0].Path}", StringComparison.Ordinal).Replace("OUT", beside.Path, StringComparison.Ordinal);
        var before = (HashOf(_lake.Path), HashOf(beside.Path));
        using (var engine = _lake.Open())
        {
            var exception = Assert.Throws<StoreException>(() => engine.Rows(sql));
            Assert.Equal(StoreErrorKind.Usage, exception.Kind);
            Assert.Equal("20", engine.Row("select count(*) from quotes"));
        }

        Assert.Equal(before, (HashOf(_lake.Path), HashOf(beside.Path)));
    }

    [Theory]
    [InlineData("threads", "1")]
    [InlineData("enable_external_access", "false")]
    [InlineData("lock_configuration", "true")]
    [InlineData("autoload_known_extensions", "false")]
    [InlineData("TimeZone", "UTC")]
    public void Settings_are_those_of_the_engine(string setting, string expected)
    {
        using var engine = _lake.Open(new QueryOptions { ThreadsMax = 1 });
        Assert.Equal(expected, engine.Row($"select current_setting('{setting}')"));
    }

    [Fact]
    public void A_symbolic_link_inside_the_lake_is_no_way_out()
    {
        using var beside = new TemporaryFolder();
        var secret = beside.Write("secret.csv", "a\nsecret\n");
        File.CreateSymbolicLink(Path.Combine(_lake["quotes"].Folder, "link.csv"), secret);
        using var engine = _lake.Open();
        Assert.Throws<StoreException>(() => engine.Rows($"select * from read_csv('{_lake["quotes"].Folder}/link.csv')"));
    }

    [Fact]
    public void Every_table_function_of_duckdb_is_either_allowed_or_forbidden()
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        using var result = connection.Query("select distinct function_name from duckdb_functions() where function_type in ('table', 'pragma', 'table_macro')");
        var unknown = new List<string>();
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++)
            {
                var name = ValueText.Of(result.Chunk.Column(0), row)!;
                if (QuerySandbox.AllowedTableFunctions.Contains(name) == QuerySandbox.ForbiddenTableFunctions.Contains(name)) unknown.Add(name);
            }
        }

        Assert.Empty(unknown);
    }

    [Theory]
    [InlineData("none.db")]
    [InlineData("none.duckdb")]
    public void A_database_inside_the_lake_is_not_made_by_asking_it(string name)
    {
        var before = HashOf(_lake.Path);
        using (var engine = _lake.Open()) Assert.Throws<StoreException>(() => engine.Rows($"from '{_lake["quotes"].Folder}/{name}'"));
        Assert.Equal(before, HashOf(_lake.Path));
    }

    /// <summary>What a function may do beside its answer, DuckDB says itself: a new one with side effects must be looked at.</summary>
    [Fact]
    public void Every_scalar_function_with_side_effects_is_known()
    {
        string[] harmless = ["uuid", "uuidv4", "uuidv7", "gen_random_uuid", "random", "setseed", "error", "stats", "current_connection_id", "current_query", "current_query_id", "current_transaction_id"];
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        using var result = connection.Query("select distinct function_name from duckdb_functions() where has_side_effects or stability = 'VOLATILE'");
        var unknown = new List<string>();
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++) unknown.Add(ValueText.Of(result.Chunk.Column(0), row)!);
        }

        Assert.Empty(unknown.Except(harmless).Except(QuerySandbox.ForbiddenScalarFunctions));
    }

    [Fact]
    public void Memory_threads_and_temporary_files_have_limits()
    {
        using var engine = _lake.Open(new QueryOptions { MemoryBytesMax = 64L << 20, ThreadsMax = 1, TemporaryBytesMax = 1 << 20 });
        Assert.Equal("1|64.0 MiB|1.0 MiB", engine.Row("select current_setting('threads'), current_setting('memory_limit'), current_setting('max_temp_directory_size')"));
        var exception = Assert.Throws<StoreException>(() => engine.Row("select count(*) from (select range::varchar || repeat('x', 100) as t from range(5000000) order by t desc offset 1)"));
        Assert.Equal(StoreErrorKind.Environment, exception.Kind);
        Assert.Equal("20", engine.Row("select count(*) from quotes"));
    }

    [Theory]
    [InlineData("select symbol as query from quotes limit 1")]
    [InlineData("select 'read_csv' as x")]
    [InlineData("select 1 as glob, 2 as checkpoint")]
    [InlineData("with query as (select 1) from query")]
    public void A_name_that_is_no_call_is_not_refused(string sql)
    {
        using var engine = _lake.Open();
        Assert.Single(engine.Rows(sql));
    }

    private static string HashOf(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(path));
            if (File.Exists(path)) hash.AppendData(File.ReadAllBytes(path));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
