internal import RedisClient

/// Cooldowns in Redis: three hashes from a key's text to `time rest`, where times are Redis's own Unix milliseconds, and what
/// counts their changes. All under one hash tag. Each change is published by the script that makes it, so that all nodes hear
/// the changes in the order in which Redis took them.
enum CooldownScripts {
    static let channel = "sy:cooldowns"
    static let keys = ["rests", "breakers", "probes", "state"].map { "sy:{cooldowns}:" + $0 }

    /// Arguments: what happened, the key, and what `CooldownChange` says.
    static let change = RedisScript(
        prelude + """
            local verb, key = ARGV[1], ARGV[2]
            local span = tonumber(ARGV[3])
            if verb == 'cool' then
                local known = read(rests, key)
                if known and known >= now + span then return 0 end
                redis.call('HSET', rests, key, stamp(now + span, ARGV[4]))
                tell('cool', span, ARGV[4], key)
            elseif verb == 'open' then
                local known, openings = read(breakers, key)
                if known and known >= now + span then return 0 end
                openings = math.max(tonumber(openings or 0), tonumber(ARGV[4]))
                redis.call('HSET', breakers, key, stamp(now + span, openings))
                redis.call('HDEL', probes, key)
                tell('open', span, openings, key)
            elseif verb == 'close' then
                local known = read(breakers, key)
                if not known or known > now then return 0 end
                redis.call('HDEL', breakers, key)
                redis.call('HDEL', probes, key)
                tell('close', 0, '-', key)
            elseif verb == 'release' then
                local _, holder = read(probes, key)
                if holder ~= ARGV[3] then return 0 end
                redis.call('HDEL', probes, key)
                tell('free', 0, '-', key)
            elseif verb == 'clear' then
                for index = 1, 3 do redis.call('HDEL', KEYS[index], key) end
                tell('clear', 0, '-', key)
            else
                redis.call('DEL', rests, breakers, probes)
                tell('clear_all', 0, '-', '-')
            end
            for index = 1, 4 do redis.call('EXPIRE', KEYS[index], 3456000) end
            return 1
            """)

    /// The right to find out whether a provider is back. Arguments: key, the probe's name, how long it may take.
    /// Answers `closed`, `resting milliseconds openings`, `granted`, or `taken milliseconds` while another probe is under way.
    static let claim = RedisScript(
        prelude + """
            local key, probe, span = ARGV[1], ARGV[2], tonumber(ARGV[3])
            local rest, openings = read(breakers, key)
            if not rest then return {'closed'} end
            if rest > now then return {'resting', rest - now, tonumber(openings)} end
            local deadline = read(probes, key)
            if deadline and deadline > now then return {'taken', deadline - now} end
            redis.call('HSET', probes, key, stamp(now + span, probe))
            tell('probe', span, probe, key)
            return {'granted'}
            """)

    /// Everything that is known, after what is over has been dropped. Argument: a name for this memory if it has none.
    /// Answers the memory's name, the sequence, and then `verb milliseconds detail key` for each.
    static let load = RedisScript(
        prelude + """
            redis.call('HSETNX', state, 'memory', ARGV[1])
            local found = {redis.call('HGET', state, 'memory'), tonumber(redis.call('HGET', state, 'sequence') or 0)}
            local function each(place, verb, kept)
                local all = redis.call('HGETALL', place)
                for index = 1, #all, 2 do
                    local time, detail = split(all[index + 1])
                    if time + kept <= now then
                        redis.call('HDEL', place, all[index])
                    else
                        for _, word in ipairs({verb, time - now, detail, all[index]}) do table.insert(found, word) end
                    end
                end
            end
            each(rests, 'cool', 0)
            each(breakers, 'open', 3600000)
            each(probes, 'probe', 0)
            return found
            """)

    private static let prelude = """
        local rests, breakers, probes, state = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
        local clock = redis.call('TIME')
        local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
        local function stamp(time, rest) return string.format('%.0f ', time) .. rest end
        local function split(text)
            local time, rest = string.match(text, '^(%d+) (.*)$')
            return tonumber(time), rest
        end
        local function read(place, key)
            local text = redis.call('HGET', place, key)
            if text then return split(text) end
        end
        local function tell(verb, span, detail, key)
            local memory = redis.call('HGET', state, 'memory') or '-'
            local sequence = redis.call('HINCRBY', state, 'sequence', 1)
            local news = string.format('%s %d %s %.0f %s ', memory, sequence, verb, span, detail)
            redis.call('PUBLISH', 'sy:cooldowns', news .. key)
        end

        """
}
