using System.Globalization;
using HybridStore.Native.DuckDb;
using Xunit;

namespace HybridStore.Tests;

public sealed class BoundedDatabaseTests
{
    private static string Setting(DuckDbDatabase database, string name)
    {
        using var connection = database.Connect();
        using var result = connection.Query($"select current_setting('{name}')::varchar");
        Assert.True(result.Read());
        return System.Text.Encoding.UTF8.GetString(result.Chunk.Column(0).Bytes(0));
    }

    [Fact]
    public void A_database_has_limits_and_a_folder_of_its_own_that_goes_with_it()
    {
        string spill;
        using (var database = BoundedDatabase.Open())
        {
            spill = Setting(database, "temp_directory");
            Assert.StartsWith(Path.Combine(Path.GetTempPath(), SpillFolder.Prefix), spill, StringComparison.Ordinal);
            Assert.True(Directory.Exists(Path.GetDirectoryName(spill)));
            Assert.InRange(int.Parse(Setting(database, "threads"), CultureInfo.InvariantCulture), 1, 4);
            var memory = Setting(database, "memory_limit").Split(' ');
            Assert.True(memory[1] == "MiB" || double.Parse(memory[0], CultureInfo.InvariantCulture) <= 2, string.Join(' ', memory));
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(spill)));
    }

    [Fact]
    public void What_is_asked_for_is_taken()
    {
        using var folder = new Support.TemporaryFolder();
        var spill = folder.File("spill");
        using var database = BoundedDatabase.Open(threads: 3, memoryBytes: 100_000_000, spill, ("enable_external_file_cache", "false"));
        string[] names = ["threads", "memory_limit", "temp_directory", "enable_external_file_cache"];
        Assert.Equal(["3", "95.3 MiB", spill, "false"], names.Select(name => Setting(database, name)));
    }

    [Fact]
    public void What_does_not_fit_into_memory_goes_to_the_folder_and_not_to_the_current_one()
    {
        var before = Directory.GetFileSystemEntries(Environment.CurrentDirectory).Order().ToList();
        using (var database = BoundedDatabase.Open(threads: 1, memoryBytes: 60_000_000))
        using (var connection = database.Connect())
        {
            using var result = connection.Query(
                "select count(*) from (select i, row_number() over (order by hash(i)) as n from range(10000000) t(i)) where n > 0");
            Assert.True(result.Read());
            Assert.Equal(before, Directory.GetFileSystemEntries(Environment.CurrentDirectory).Order());
        }
    }
}
