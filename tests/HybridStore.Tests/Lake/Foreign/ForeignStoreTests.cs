using System.Text.Json;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake.Foreign;

public sealed class ForeignStoreTests
{
    /// <summary>Stores in which rows themselves are wrong: verify names the file.</summary>
    private static readonly string[] WithWrongRows =
    [
        "blob_in_text", "deleted_file", "deltars_append_wrong_date", "double_in_bigint", "file_added_without_commit", "month_wrong_month", "null_time",
        "other_symbol_in_folder", "other_symbol_in_folder_q", "text_in_bigint", "trino_insert_null_date", "wrong_date_in_file",
    ];

    /// <summary>Stores that use what hybrid cannot read, or whose settings are lost.</summary>
    private static readonly string[] Refused =
    [
        "deleted_file", "deltars_create_overwrite_adopt", "deltars_merge_binary", "double_in_bigint", "spark_dv_on_delete", "spark_mapping_on", "spark_mapping_on_energy",
        "spark_replace_table", "spark_unset_properties", "spark_v2_checkpoint", "text_in_bigint",
    ];

    public static TheoryData<string> Names => [.. ForeignStore.Names];

    public static TheoryData<string> Read => [.. ForeignStore.Names.Except(Refused)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_true_rows_are_read_or_the_store_is_refused_by_name(string name)
    {
        using var store = new ForeignStore(name);
        if (!Refused.Contains(name))
        {
            Assert.Equal(store.Rows, store.Ask(store.Query));
            return;
        }

        var refusal = Assert.Throws<StoreException>(() => store.Ask(store.Query));
        Assert.True(store.MayRefuse);
        Assert.Equal(StoreErrorKind.CorruptStore, refusal.Kind);
        Assert.Contains(store.Dataset, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void Conditions_find_their_rows(string name)
    {
        using var store = new ForeignStore(name);
        Assert.All(store.Checks, check => Assert.Equal([$"n: {check.Count}"], store.Ask(check.Sql)));
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void Compact_keeps_the_rows_or_leaves_the_file(string name)
    {
        using var store = new ForeignStore(name);
        if (store.Table.CanBeWritten())
        {
            store.Table.Compact(1 << 27, CancellationToken.None);
            Assert.All(store.Table.TryLoad()!.Files.Where(file => file.IsForeign), file => Assert.True(WithWrongRows.Contains(name) || IsNote(store, file), file.Path));
        }
        else
        {
            Assert.Equal(StoreErrorKind.CorruptStore, Assert.Throws<StoreException>(() => store.Table.Begin(store.Table.TryLoad(), "compact")).Kind);
        }

        Assert.Equal(store.Rows, store.Ask(store.Query));
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void Verify_names_wrong_rows_and_nothing_else(string name)
    {
        using var store = new ForeignStore(name);
        var problems = store.Table.Verify(deep: true, CancellationToken.None).Problems;
        if (WithWrongRows.Contains(name)) Assert.NotEmpty(problems);
        else Assert.Empty(problems);
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void Another_layout_keeps_the_rows_or_nothing_is_changed(string name)
    {
        using var store = new ForeignStore(name);
        foreach (var layout in Enum.GetValues<Partitioning>())
        {
            if (store.Table.TryLoad()!.Dataset.Partitioning == layout) continue;
            try
            {
                store.Table.Repartition(layout, CancellationToken.None);
            }
            catch (StoreException refusal)
            {
                Assert.True(refusal.Kind is StoreErrorKind.CorruptStore or StoreErrorKind.Usage, refusal.Message);
            }

            Assert.Equal(store.Rows, store.Ask(store.Query));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Undo_goes_back_to_the_first_version_also_where_the_newest_cannot_be_read(string name)
    {
        using var store = new ForeignStore(name);
        var versions = store.Table.History();
        if (versions[0].Version == 0) return;
        if (name is "deltars_vacuum_then_undo" or "deltars_checkpoint_cleanup" or "deleted_file")
        {
            // A file, or the log, of version 0 is gone.
            Assert.Contains("version", Assert.Throws<StoreException>(() => store.Table.Undo(0, CancellationToken.None)).Message, StringComparison.Ordinal);
            return;
        }

        var query = $"select * from {store.Dataset}";
        var first = ForeignStore.Ask(QuerySource.Of(store.Table.TryLoad(0)!), query);
        store.Table.Undo(0, CancellationToken.None);
        Assert.Equal(first, store.Ask(query));
        Assert.DoesNotContain(store.Table.Verify(deep: true, CancellationToken.None).Problems, _ => name != "file_added_without_commit");
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void What_hybrid_removes_it_names_letter_by_letter_as_the_log_added_it(string name)
    {
        using var store = new ForeignStore(name);
        if (!store.Table.CanBeWritten() || store.Table.History()[^1].Version > 0) return; // Cleaned up: a checkpoint has the paths.
        var added = Paths(store, "add").ToHashSet(StringComparer.Ordinal);
        var before = store.Table.TryLoad()!.Version;
        store.Table.Compact(1 << 27, CancellationToken.None);
        Assert.All(Paths(store, "remove", from: before + 1), path => Assert.Contains(path, added));
    }

    private static bool IsNote(ForeignStore store, DataFile file) =>
        store.Table.Verify(deep: true, CancellationToken.None).Notes.Any(note => note.Path.EndsWith(file.Path, StringComparison.Ordinal));

    private static IEnumerable<string> Paths(ForeignStore store, string action, long from = 0)
    {
        var log = Path.Combine(store.Table.Folder, "_delta_log");
        foreach (var file in Directory.EnumerateFiles(log, "*.json").Where(file => Path.GetFileName(file).Length == 25 && long.Parse(Path.GetFileName(file)[..20]) >= from))
        {
            foreach (var line in File.ReadLines(file))
            {
                if (JsonDocument.Parse(line).RootElement.TryGetProperty(action, out var found)) yield return found.GetProperty("path").GetString()!;
            }
        }
    }
}
