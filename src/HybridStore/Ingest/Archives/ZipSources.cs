namespace HybridStore.Ingest.Archives;

/// <summary>The sources in a zip archive.</summary>
internal static class ZipSources
{
    /// <summary>Lists the members that are sources.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="limits">How much it may unpack to.</param>
    /// <param name="note">Told which members are left out.</param>
    /// <returns>One source a member; the archive itself, with its problem, when it cannot be read or holds none.</returns>
    /// <exception cref="IOException">The archive cannot be read.</exception>
    internal static IEnumerable<SourceFile> Of(SourceFile archive, ArchiveLimits limits, Action<string> note)
    {
        IReadOnlyList<ZipMember> members;
        try
        {
            members = ZipDirectory.Read(archive.StoredPath);
        }
        catch (InvalidDataException exception)
        {
            return [Failed(archive, $"is damaged: {exception.Message} Get the file again from where it came.")];
        }

        if (limits.Refuse(archive.SizeBytes, members) is { } refusal) return [Failed(archive, refusal)];
        var sources = members.Where(IsSource).ToList();
        var others = members.Where(member => !IsSource(member) && !IsHidden(member)).ToList();
        if (sources.Count == 0) return [Failed(archive, $"holds no .csv, .tsv or .txt file (nor one packed as .gz or .zst) among its {members.Count} members.")];
        if (others.Count > 0) note($"{archive.Path}: left out {others.Count} member{(others.Count == 1 ? "" : "s")} that {(others.Count == 1 ? "is" : "are")} no CSV: {string.Join(", ", others.Take(5).Select(member => member.Name))}{(others.Count > 5 ? ", ..." : "")}");
        return sources.Select(member => new SourceFile($"{archive.Path}!{member.Name}", member.PackedBytes, SourceFile.CompressionOf(member.Name))
        {
            StoredPath = archive.StoredPath,
            Stamp = archive.Stamp,
            Member = member,
            Problem = member.Problem is { } problem ? $"{archive.Path}!{member.Name}: {problem}" : null,
        });
    }

    private static SourceFile Failed(SourceFile archive, string problem) => archive with { Problem = $"{archive.Path}: {problem}" };

    private static bool IsSource(ZipMember member) => !IsHidden(member) && SourceFile.IsTextName(member.Name);

    /// <summary>What an operating system leaves in archives is nobody's data.</summary>
    private static bool IsHidden(ZipMember member) => member.Name.Split('/').Any(part => part.StartsWith('.') || part == "__MACOSX");
}
