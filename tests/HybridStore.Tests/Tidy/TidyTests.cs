using System.Text.RegularExpressions;
using Xunit;

namespace HybridStore.Tests.Tidy;

/// <summary>The house rules that a compiler does not check.</summary>
public sealed partial class TidyTests
{
    /// <summary>Who may know whom: a stage sees those to the right of its colon, and no other.</summary>
    private static readonly Dictionary<string, string[]> Stages = new()
    {
        ["Schema"] = [],
        ["Lake"] = ["Schema"],
        ["Ingest"] = ["Schema", "Lake"],
        ["Query"] = ["Schema", "Lake"],
        ["Hot"] = ["Schema", "Lake", "Query"],
        ["Derive"] = ["Schema", "Lake", "Query"],
        ["Coverage"] = ["Schema", "Lake", "Query"],
    };

    [Fact]
    public void Stages_of_the_library_know_only_the_stages_before_them()
    {
        var wrong = from file in SourceTree.CodeFiles("src/HybridStore")
                    let stage = SourceTree.Relative(file).Split('/')[2]
                    where Stages.ContainsKey(stage)
                    from Match use in UsedStage().Matches(File.ReadAllText(file))
                    let used = use.Groups[1].Value
                    where used != stage && Stages.ContainsKey(used) && !Stages[stage].Contains(used)
                    select $"{SourceTree.Relative(file)} uses {used}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Unsafe_code_and_imports_of_native_functions_stand_in_HybridStore_Native_only()
    {
        var wrong = SourceTree.CodeFiles("src/HybridStore", "src/HybridStore.Cli")
            .Where(file => UnsafeCode().IsMatch(File.ReadAllText(file)))
            .Select(SourceTree.Relative);
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_console_is_used_in_the_command_line_only()
    {
        var wrong = SourceTree.CodeFiles("src/HybridStore", "src/HybridStore.Native")
            .Where(file => File.ReadAllText(file).Contains("Console.", StringComparison.Ordinal))
            .Select(SourceTree.Relative);
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_source_says_that_it_is_unfinished_or_names_what_loses_rows()
    {
        var wrong = from file in SourceTree.CodeFiles("src")
                    from Match word in BannedWord().Matches(File.ReadAllText(file))
                    select $"{SourceTree.Relative(file)}: {word.Value}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_type_is_named_after_nothing()
    {
        var wrong = SourceTree.CodeFiles("src").Where(file => EmptyName().IsMatch(Path.GetFileNameWithoutExtension(file))).Select(SourceTree.Relative);
        Assert.Empty(wrong);
    }

    /// <summary>One that is opened without limits takes four fifths of the memory and spills into the current folder. The doctor's zones are a few rows of no file.</summary>
    [Fact]
    public void DuckDB_databases_are_opened_with_limits()
    {
        var wrong = SourceTree.CodeFiles("src/HybridStore", "src/HybridStore.Cli")
            .Where(file => File.ReadAllText(file).Contains("DuckDbDatabase.Open(", StringComparison.Ordinal))
            .Select(SourceTree.Relative);
        Assert.Equal(["src/HybridStore.Cli/Doctor/ZoneChecks.cs", "src/HybridStore/BoundedDatabase.cs"], wrong.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Files_stay_short_enough_to_read()
    {
        const int linesMax = 420;
        var wrong = SourceTree.CodeFiles("src").Select(file => (File: SourceTree.Relative(file), Lines: File.ReadLines(file).Count())).Where(file => file.Lines > linesMax);
        Assert.Empty(wrong);
    }

    /// <summary>In a program whose culture counts years otherwise (th-TH: 2556 for 2013), such a format gives another day; <c>O</c> gives the ISO date in all.</summary>
    [Fact]
    public void Dates_are_formatted_without_regard_to_the_culture()
    {
        var wrong = SourceTree.CodeFiles("src").SelectMany(file => File.ReadLines(file)
            .Where(line => CultureDate().IsMatch(line) && !line.Contains("Invariant", StringComparison.Ordinal)).Select(line => $"{SourceTree.Relative(file)}: {line.Trim()}"));
        Assert.Empty(wrong);
    }

    /// <summary>The machine's rules are of another date than those by which rows are stored; doctor compares them.</summary>
    [Fact]
    public void No_source_asks_the_machine_for_the_rules_of_a_time_zone()
    {
        var wrong = SourceTree.CodeFiles("src")
            .Where(file => File.ReadAllText(file).Contains("TimeZoneInfo", StringComparison.Ordinal)).Select(SourceTree.Relative)
            .Where(file => file != "src/HybridStore.Cli/Doctor/ZoneChecks.cs");
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_top_level_holds_only_what_was_agreed()
    {
        string[] agreed =
        [
            "src", "tests", "data", "scripts", "HybridStore.sln", "README.md", "LICENSE", "global.json", "BannedSymbols.txt", "Directory.Build.props", "Directory.Packages.props",
        ];
        var wrong = Directory.EnumerateFileSystemEntries(SourceTree.Root).Select(Path.GetFileName).Where(name => !name!.StartsWith('.') && !agreed.Contains(name));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Lock_files_carry_hashes_and_no_addresses()
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "src/HybridStore.Native/package-lock.json"));
        Assert.DoesNotContain("resolved", text);
        Assert.Equal(4, text.Split("\"integrity\"").Length - 1);
        foreach (var name in (string[])["Postgres", "Arrow"])
        {
            Assert.DoesNotContain("resolved", File.ReadAllText(Path.Combine(SourceTree.Root, "tests", name, "package-lock.json")));
        }
    }

    [GeneratedRegex(@"\bHybridStore\.(Schema|Lake|Ingest|Query|Hot|Derive|Coverage)\b")]
    private static partial Regex UsedStage();

    [GeneratedRegex(@"\bunsafe\b|\[LibraryImport|\[DllImport|\bfixed \(")]
    private static partial Regex UnsafeCode();

    [GeneratedRegex(@"NotImplementedException|\b(TODO|FIXME|HACK|XXX)\b|ignore_errors|strict_mode\s*=\s*false", RegexOptions.IgnoreCase)]
    private static partial Regex BannedWord();

    [GeneratedRegex("""\{[^{}"]*:[^{}"]*y[yM-][^{}"]*\}|ToString\("[^"]*yy[^"]*"\)""")]
    private static partial Regex CultureDate();

    [GeneratedRegex("(Utils|Helpers?|Manager|Common|Base)$")]
    private static partial Regex EmptyName();
}
