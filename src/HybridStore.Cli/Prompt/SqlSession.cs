using System.Globalization;
using HybridStore.Cli.Commands;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output.Rows;
using HybridStore.Query;
using HybridStore.Query.Export;
using HybridStore.Schema;

namespace HybridStore.Cli.Prompt;

/// <summary>What a prompt's inputs share: the snapshot, the last result, and how results are shown.</summary>
internal sealed class SqlSession : IDisposable
{
    /// <summary>Rows that <c>_</c> keeps: more than one looks at, and computed in a moment.</summary>
    private const int KeptRowsMax = 100_000;

    private static readonly string[] Goodbyes = ["quit", "exit", "\\q"];

    private readonly CommandContext _context;
    private readonly Store _store;
    private readonly SqlRequest _request;
    private readonly Dictionary<string, object?> _parameters;
    private QueryEngine _engine;
    private RowFormat _format;
    private string? _outputFile;
    private long _rowsMax = StatementRun.TerminalRowsMax;
    private IReadOnlyList<string>? _lastColumns;

    internal SqlSession(CommandContext context, Store store, SqlRequest request)
    {
        _context = context;
        _store = store;
        _request = request;
        _parameters = new Dictionary<string, object?>(request.Parameters, StringComparer.OrdinalIgnoreCase);
        _format = request.Format;
        _engine = OpenEngine(null);
        Catalog = new SqlCatalog(() => _lastColumns is null ? _engine.Datasets : [.. _engine.Datasets, QueryEngine.LastResult], ColumnsOf, MacrosThat(isScalar: false), MacrosThat(isScalar: true));
    }

    /// <summary>The names that can be completed.</summary>
    internal SqlCatalog Catalog { get; }

    /// <summary>Whether the user left.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Whether the time of statements is shown.</summary>
    internal bool ShowsTime { get; private set; } = true;

    /// <summary>Whether Enter submits a text: when it is a command, or ends with a semicolon.</summary>
    internal static bool IsComplete(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0 || trimmed[0] == '.' || trimmed is "help" or "?" || Goodbyes.Contains(trimmed)) return true;
        _ = SqlScript.Split(text, out var isComplete);
        return isComplete;
    }

    /// <summary>The first lines of a session.</summary>
    internal string Greeting()
    {
        var datasets = _engine.Datasets;
        var what = datasets.Count == 0 ? "no dataset yet" : string.Join(", ", datasets.Take(8)) + (datasets.Count > 8 ? $" and {datasets.Count - 8} more" : "");
        return $"{_store.Paths.Root}: {what}\nEnd statements with ;   Tab completes   _ is the last result   .help   Ctrl-D leaves";
    }

    /// <summary>Runs an input: a command, or statements.</summary>
    /// <returns>Rows of the last statement; null for a command.</returns>
    internal long? Run(string text, CancellationToken cancellationToken)
    {
        if (text[0] == '.' || text is "help" or "?" || Goodbyes.Contains(text))
        {
            RunCommand(text, cancellationToken);
            return null;
        }

        long? rows = null;
        foreach (var statement in SqlScript.Split(text, out _)) rows = RunStatement(statement, cancellationToken);
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private QueryEngine OpenEngine(string? outputPath) =>
        QueryEngine.Open(QuerySource.AllOf(_store.Paths, TimeProvider.System), _request.Limits with { OutputPath = outputPath });

    private long? RunStatement(string statement, CancellationToken cancellationToken)
    {
        var run = new StatementRun(_context, _format, _parameters, _request.Timeout, _rowsMax);
        if (_outputFile is { } path)
        {
            _outputFile = null;
            WriteFile(run with { Format = RowFormats.Choose(null, path, isJson: false) }, path, statement, cancellationToken);
            return null;
        }

        KeptResult? kept = null;
        var shown = run.ToTerminal(
            token =>
            {
                kept = _engine.RunAndKeep(statement, KeptRowsMax, _parameters, token);
                if (kept.RowsKept is not null) _lastColumns = [.. kept.Reader.Columns.Select(column => column.Name)];
                return kept.Reader;
            },
            cancellationToken);
        if (!kept!.IsWhole) _context.Note(string.Create(CultureInfo.InvariantCulture, $"The first {KeptRowsMax:N0} rows were computed, and _ holds these; .output FILE writes all."));
        return kept.RowsKept ?? shown;
    }

    private void WriteFile(StatementRun run, string path, string statement, CancellationToken cancellationToken)
    {
        using var file = new ResultFile(path, _store.Paths);
        if (run.Format == RowFormat.Parquet)
        {
            // Where an engine may write is fixed when it is opened; the last result is not in this one.
            using var engine = OpenEngine(file.PartialPath);
            run.ToParquet(engine, statement, cancellationToken);
        }
        else
        {
            using var stream = File.Create(file.PartialPath);
            run.ToStream(_engine, statement, stream, cancellationToken);
        }

        file.Publish();
        _context.Note($"Written to {path}.");
    }

    private void RunCommand(string text, CancellationToken cancellationToken)
    {
        var words = text.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var argument = words.Length > 1 ? words[1].TrimEnd(';').Trim() : null;
        switch (words[0].TrimEnd(';').ToLowerInvariant())
        {
            case ".quit" or ".exit" or "quit" or "exit" or "\\q": HasEnded = true; break;
            case ".help" or "help" or "?": Help(); break;
            case ".tables": foreach (var name in Catalog.Tables) _context.Out.WriteLine(name); break;
            case ".schema": ShowSchema(argument); break;
            case ".macros": Macros(argument); break;
            case ".timer": ShowsTime = argument is "on" or "off" ? argument == "on" : throw Expected(".timer", "on or off", argument); break;
            case ".mode": _format = DotCommands.Modes.Contains(argument) ? RowFormats.Choose(argument, null, isJson: false) : throw Expected(".mode", string.Join(", ", DotCommands.Modes), argument); break;
            case ".rows": _rowsMax = long.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) && rows > 0 ? rows : throw Expected(".rows", "a number above 0", argument); break;
            case ".output": _outputFile = argument ?? throw Expected(".output", "the name of a file", argument); break;
            case ".param": Parameter(argument); break;
            case ".read": Read(argument, cancellationToken); break;
            case ".refresh": Refresh(); break;
            default: throw new StoreException(StoreErrorKind.Usage, $"There is no command '{words[0]}'. {Suggestion.For(words[0], [.. DotCommands.Names])}");
        }
    }

    private void Help()
    {
        foreach (var (usage, summary) in DotCommands.All) _context.Out.WriteLine($"{usage,-20} {summary}");
        _context.Out.WriteLine("Keys: Tab completes, Up and Down recall, Ctrl-R searches, Alt-Enter begins a line, Ctrl-A/E/K/U/W/Y edit, Ctrl-C stops a query, Ctrl-D leaves.");
    }

    private void ShowSchema(string? name)
    {
        foreach (var one in name is null ? _engine.Datasets : [name])
        {
            var dataset = _engine.Describe(one) ?? throw new StoreException(StoreErrorKind.Usage, $"There is no dataset '{one}'. {Suggestion.For(one, [.. _engine.Datasets])}");
            Output.DatasetView.Write(_context.Out, dataset);
        }
    }

    private void Macros(string? name)
    {
        var found = QueryMacro.All.Where(macro => name is null || macro.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count == 0) throw new StoreException(StoreErrorKind.Usage, $"There is no function '{name}'. {Suggestion.For(name!, [.. QueryMacro.All.Select(macro => macro.Name)])}");
        foreach (var macro in found)
        {
            _context.Out.WriteLine(macro.Signature);
            if (name is not null) _context.Out.WriteLine($"    {macro.Summary}.\n    {macro.Example};");
        }
    }

    private void Parameter(string? text)
    {
        if (text is null)
        {
            foreach (var (name, value) in _parameters) _context.Out.WriteLine($"{name}={value}");
            return;
        }

        var (key, given) = SqlOptions.ReadParameter(".param", text);
        _parameters[key] = given;
    }

    private void Read(string? path, CancellationToken cancellationToken)
    {
        if (path is null || !File.Exists(path)) throw Expected(".read", "a file that exists", path);
        foreach (var statement in SqlScript.Split(File.ReadAllText(path), out _)) RunStatement(statement, cancellationToken);
    }

    private void Refresh()
    {
        var renewed = OpenEngine(null);
        _engine.Dispose();
        (_engine, _lastColumns) = (renewed, null);
    }

    private static List<string> MacrosThat(bool isScalar) => [.. QueryMacro.All.Where(macro => macro.IsScalar == isScalar).Select(macro => macro.Name)];

    private IReadOnlyList<string> ColumnsOf(string table)
    {
        if (table == QueryEngine.LastResult && _lastColumns is { } last) return last;
        if (_engine.Describe(table) is not { } dataset) return [];
        var names = dataset.Columns.Select(column => column.Name).ToList();
        foreach (var derived in (string[])[Dataset.DateColumn, Dataset.SymbolAlias])
        {
            if (dataset.Find(derived) is null) names.Add(derived);
        }

        return names;
    }

    private static StoreException Expected(string command, string expected, string? found) =>
        new(StoreErrorKind.Usage, $"{command}: expected {expected}, found {(found is null ? "nothing" : $"'{found}'")}.");
}
