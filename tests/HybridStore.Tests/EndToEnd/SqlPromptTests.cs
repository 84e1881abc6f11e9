using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary><c>hybrid sql</c> in a real terminal.</summary>
public sealed class SqlPromptTests(SqlCommandTests.TradesStore store) : IClassFixture<SqlCommandTests.TradesStore>, IDisposable
{
    private const string Ready = "hybrid>";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private TerminalSession Open(string arguments = "sql", params (string Name, string Value)[] environment)
    {
        var variables = new Dictionary<string, string> { ["HYBRID_STORE"] = store.Program.Store, ["XDG_STATE_HOME"] = _folder.File("state"), ["NO_COLOR"] = "1" };
        foreach (var (name, value) in environment) variables[name] = value;
        return new TerminalSession($"'{Path.Combine(AppContext.BaseDirectory, "hybrid")}' {arguments}", variables);
    }

    [Fact]
    public void A_session_answers_completes_remembers_and_ends()
    {
        using (var terminal = Open())
        {
            terminal.WaitFor(Ready);
            terminal.Type("sel");
            terminal.Press("Tab");
            terminal.WaitFor("> select");
            terminal.Type("symbol, count(*) as n from tra");
            terminal.Press("Tab");
            terminal.WaitFor("from trades");
            terminal.Press("Enter");
            terminal.Enter("group by all;");
            terminal.WaitFor("1 row in");
            terminal.Enter("select 'again' as w, n > 10000 as many from _;");
            terminal.WaitFor("again | true");
            terminal.Enter("selec 1;");
            terminal.WaitFor("Did you mean SELECT?");
            terminal.Enter("select pirce from trades;");
            terminal.WaitFor("\"pirce\" not found");
            terminal.PressUntil("C-d", "EXIT 0");
        }

        using (var terminal = Open())
        {
            terminal.WaitFor(Ready);
            terminal.Press("Up", "Up", "Up", "Up");
            terminal.Press("Up");
            Assert.Contains("group by all;", terminal.WaitFor("hybrid> select symbol, count(*)"), StringComparison.Ordinal);
            terminal.Press("C-c");
            terminal.Press("C-r");
            terminal.Type("again");
            terminal.WaitFor("search 'again': select 'again'");
            terminal.Press("C-g");
            terminal.Enter(".quit");
            terminal.WaitFor("EXIT 0");
        }
    }

    [Fact]
    public void Ctrl_C_cancels_the_query_and_not_the_prompt()
    {
        using var terminal = Open();
        terminal.WaitFor(Ready);
        terminal.Type("select 1 +");
        terminal.Press("C-c");
        terminal.Enter("select count(*) from range(100000000000) where hash(range) = 1;");
        terminal.WaitFor("= 1;");
        // Until the line was read, Ctrl-C is one of its keys.
        terminal.PressUntil("C-c", "Cancelled.");
        terminal.Enter("select 6 * 7 as answer;");
        terminal.WaitFor("42");
        terminal.PressUntil("C-d", "EXIT 0");
    }

    [Fact]
    public void An_interrupt_outside_an_answer_leaves_the_prompt_alone_too()
    {
        using var terminal = Open();
        terminal.WaitFor(Ready);
        terminal.Type("select 1 +");
        terminal.WaitFor("1 +");
        terminal.Interrupt();
        terminal.WaitFor("Cancelled.");
        terminal.Enter("select 6 * 7 as answer;");
        terminal.WaitFor("42");
        terminal.PressUntil("C-d", "EXIT 0");
    }

    [Fact]
    public void Commands_of_the_prompt_do_what_help_says()
    {
        using var terminal = Open();
        terminal.WaitFor(Ready);
        terminal.Enter(".help");
        terminal.WaitFor("Ctrl-R searches");
        terminal.Enter(".tables");
        terminal.WaitFor("\ntrades\n");
        terminal.Enter(".schema trades");
        terminal.WaitFor("days of UTC");
        terminal.Enter(".macros vwap");
        terminal.WaitFor("vwap(dataset, every");
        terminal.Press("C-l");
        terminal.Enter(".mode csv");
        terminal.Enter(".timer off");
        terminal.Enter(".param sym=IBM");
        terminal.Enter("select $sym as s, count(distinct symbol) as n from trades where symbol = $sym;");
        terminal.WaitFor("s,n\nIBM,1");
        terminal.Enter($".output {_folder.File("five.parquet")}");
        terminal.Enter("from trades limit 5;");
        terminal.WaitFor("Written to");
        Assert.Equal("PAR1"u8, File.ReadAllBytes(_folder.File("five.parquet")).AsSpan(0, 4));
        terminal.Enter($".read {_folder.Write("two.sql", "select 'one' as a; select 'two' as b;")}");
        terminal.WaitFor("b\ntwo");
        terminal.Enter(".refresh");
        terminal.Enter(".mode table");
        terminal.Enter(".rows 3");
        terminal.Enter("select i from range(10) t(i);");
        terminal.WaitFor("The first 3 rows; there are more.");
        terminal.Enter(".tabels");
        terminal.WaitFor("Did you mean '.tables'?");
        terminal.Enter("exit");
        Assert.DoesNotContain("row in", terminal.WaitFor("EXIT 0"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pasted_text_is_one_statement_with_its_lines_as_they_are()
    {
        using var terminal = Open();
        terminal.WaitFor(Ready);
        terminal.Paste("select 1 as one,\n\t2 as two;\n-- more");
        terminal.WaitFor("-- more");
        terminal.Press("BSpace");
        terminal.Enter("e");
        terminal.WaitFor("1 row in");
        Assert.Contains("1 |   2", terminal.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_result_goes_through_the_pager_whole_and_a_short_one_does_not()
    {
        using var terminal = Open("sql \"select i from range(2000) t(i)\"", ("PAGER", "wc -l"));
        // A line of names, one below it, and the rows.
        Assert.Contains("2002", terminal.WaitFor("EXIT 0"), StringComparison.Ordinal);
        using var quiet = Open("sql \"select i from range(2000) t(i)\"", ("PAGER", "wc -l"), ("HYBRID_PAGER", ""));
        Assert.Contains("The first 500 rows; there are more.", quiet.WaitFor("EXIT 0"), StringComparison.Ordinal);
        using var small = Open("sql \"select 7 as seven\"", ("PAGER", "wc -l"));
        Assert.Contains("    7\nEXIT", small.WaitFor("EXIT 0"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pager_that_is_left_early_ends_the_query()
    {
        using var terminal = Open("sql \"select i from range(1000000000000) t(i)\"", ("PAGER", "head -n 3"));
        Assert.Contains("    0\nEXIT 0", terminal.WaitFor("EXIT"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_that_can_only_write_lines_gets_no_prompt()
    {
        using var terminal = Open("sql", ("TERM", "dumb"));
        Assert.Contains("Give a QUERY", terminal.WaitFor("EXIT 2"), StringComparison.Ordinal);
    }
}
