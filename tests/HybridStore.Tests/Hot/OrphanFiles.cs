using HybridStore.Tests.Support;

namespace HybridStore.Tests.Hot;

/// <summary>Files of a database that no table has: a later table of their number would take them for its own.</summary>
internal static class OrphanFiles
{
    /// <param name="database">The database.</param>
    /// <param name="dataFolder">Its server's data.</param>
    internal static async Task<IReadOnlyList<string>> FindAsync(TestDatabase database, string dataFolder)
    {
        var folder = Path.Combine(dataFolder, "base", (await database.AskAsync("select oid from pg_database where datname = current_database()"))[0]);
        var known = (await database.AskAsync("select pg_relation_filenode(oid) from pg_class where pg_relation_filenode(oid) is not null")).ToHashSet();
        var found = new DirectoryInfo(folder).EnumerateFiles().Where(file => char.IsAsciiDigit(file.Name[0]) && !known.Contains(file.Name.Split('_', '.')[0]));
        // The first file of a table that is gone stays until the next checkpoint, and keeps its number from being given again.
        return [.. found.Where(file => file.Name.AsSpan().IndexOfAny('_', '.') >= 0).Select(file => file.Name)];
    }
}
