using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>A store is a folder: an address of something else is refused, rather than made a folder of that name.</summary>
public sealed class StoreAddressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("s3://bucket/lake", "s3")]
    [InlineData("S3:/bucket/lake", "S3")]
    [InlineData("gs://bucket", "gs")]
    [InlineData("az+blob://container/lake", "az+blob")]
    [InlineData("file:///data", "file")]
    [InlineData("https://example.org/lake", "https")]
    public void Every_command_refuses_an_address_by_flag_and_by_variable_and_makes_nothing(string address, string scheme)
    {
        _folder.Write("q.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\n");
        var words = $"expected a folder of this machine, found '{address}': addresses with '{scheme}:' are not supported.";
        var byFlag = new HybridProgram(_folder.File("store"), _folder.Path);
        var byVariable = new HybridProgram(address, _folder.Path);
        foreach (var command in (string[])["ingest q.csv", "sql 1", "status", "verify", "pg status", "doctor", "undo", "config show"])
        {
            var run = byFlag.Run([.. command.Split(' '), "--store", address]);
            Assert.Equal((command, 2, ""), (command, run.ExitCode, run.Out));
            Assert.StartsWith($"hybrid: --store: {words}", run.Error, StringComparison.Ordinal);
            run = byVariable.Run(command.Split(' '));
            Assert.Equal((command, 2, ""), (command, run.ExitCode, run.Out));
            Assert.StartsWith($"hybrid: HYBRID_STORE: {words}", run.Error, StringComparison.Ordinal);
        }

        Assert.Equal(["q.csv"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void The_library_refuses_an_address_too()
    {
        Assert.Equal(StoreErrorKind.Usage, Assert.Throws<StoreException>(() => Store.Open("s3://bucket/lake")).Kind);
        Assert.Equal(StoreErrorKind.Usage, Assert.Throws<StoreException>(() => Store.OpenOrCreate("s3://bucket/lake")).Kind);
    }

    [Theory]
    [InlineData("a:b")]
    [InlineData("2024:/x")]
    [InlineData("./s3://bucket")]
    [InlineData("folder/s3://bucket")]
    public void Folders_with_a_colon_are_folders(string path) =>
        Assert.Equal(Path.GetFullPath(path, _folder.Path), Store.Locate(path, null, _folder.Path));

    [Fact]
    public void Help_needs_no_store()
    {
        var program = new HybridProgram("s3://bucket/lake", _folder.Path);
        Assert.Equal(0, program.Run("ingest", "--help").ExitCode);
    }
}
